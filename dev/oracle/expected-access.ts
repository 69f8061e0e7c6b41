import type { DirectoryView } from '../simulator/world/directory-view.ts';
import { expectedFacts, type ExpectedFacts, type HeldFacts } from './expected-facts.ts';
import { mappedGroups, type OracleGrants, type OracleRule, type OracleRules } from './rules.ts';
import { strongestRoles } from './strongest-roles.ts';

/** What one user should hold of one entitlement. `scopes` empty: everywhere. Lists are sorted. */
export interface ExpectedAssignment {
  readonly kind: 'role' | 'businessFunction' | 'team' | 'permission';
  readonly id: string;
  readonly scopes: readonly string[];
  readonly exceptScopes: readonly string[];
  /** `ruleId@groupId` of everything that gives it, or `default`. */
  readonly sources: readonly string[];
  /** True when nothing but what holds keep gives it. */
  readonly pending: boolean;
}

export interface ExpectedUser {
  readonly facts: ExpectedFacts;
  readonly state: 'active' | 'suspended' | 'removed';
  /** What is held, or would be by a suspended user; sorted by kind and id. */
  readonly assignments: readonly ExpectedAssignment[];
}

export interface OracleInput {
  /** The primary copy. */
  readonly directory: DirectoryView;
  readonly rules: OracleRules;
  /** Group id by rule id, for rules that name their group. */
  readonly pins: ReadonlyMap<string, string>;
  /** Users who have a record. */
  readonly known: ReadonlySet<string>;
  /** What open holds keep, by user id. */
  readonly held: ReadonlyMap<string, HeldFacts>;
}

/** Everybody who should have a record, with what it should say: promise 2, from scratch. */
export function expectedAccess(input: OracleInput): ReadonlyMap<string, ExpectedUser> {
  const groups = mappedGroups(input.rules, input.pins);
  const inMappedGroups = new Set([...groups.values()].flatMap((groupId) => input.directory.transitiveMembers(groupId)));
  const users = [...inMappedGroups].filter((id) => input.directory.user(id) !== undefined);
  return new Map(
    [...new Set([...input.known, ...users])].map((userId) => {
      const facts = expectedFacts(input.directory, userId, input.held.get(userId));
      return [userId, expectedUser(facts, input.rules, groups)];
    }),
  );
}

/** One entitlement while what gives it is collected. */
interface Collected {
  readonly kind: ExpectedAssignment['kind'];
  readonly id: string;
  everywhere: boolean;
  firm: boolean;
  readonly scopes: Set<string>;
  readonly sources: Set<string>;
}

function expectedUser(facts: ExpectedFacts, rules: OracleRules, groups: ReadonlyMap<string, string>): ExpectedUser {
  if (facts.state === 'deleted') return { facts, state: 'removed', assignments: [] };
  const collected = new Map<string, Collected>();
  const collect = (kind: Collected['kind'], id: string, source: string, scopes: readonly string[], firm: boolean) => {
    const key = `${kind} ${id}`;
    const entry = collected.get(key) ?? {
      kind,
      id,
      everywhere: false,
      firm: false,
      scopes: new Set(),
      sources: new Set(),
    };
    collected.set(key, entry);
    entry.everywhere ||= scopes.length === 0;
    entry.firm ||= firm;
    for (const scope of scopes) entry.scopes.add(scope);
    entry.sources.add(source);
  };

  for (const rule of rules.rules) {
    const groupId = groups.get(rule.id);
    const grants = grantsTo(facts, rule, rules);
    if (groupId === undefined || grants === undefined || !isIn(facts, rule, groupId)) continue;
    const pending = rule.membership === 'direct' ? facts.pendingDirect : facts.pendingMember;
    for (const [kind, ids] of byKind(grants)) {
      for (const id of ids) collect(kind, id, `${rule.id}@${groupId}`, rule.scopes, !pending.has(groupId));
    }
  }
  const hasRole = [...collected.values()].some(({ kind }) => kind === 'role');
  const excludedGuest = facts.type === 'guest' && rules.guests === 'exclude';
  if (rules.defaultRole !== null && !hasRole && !excludedGuest) collect('role', rules.defaultRole, 'default', [], true);

  const state = facts.state === 'disabled' && rules.disabledAccounts === 'suspend' ? 'suspended' : 'active';
  const united = [...collected.values()].map(assignmentOf);
  const resolved = rules.roleResolution === 'union' ? united : strongestRoles(united, rules);
  return { facts, state, assignments: resolved.toSorted(byKindAndId) };
}

function isIn(facts: ExpectedFacts, rule: OracleRule, groupId: string): boolean {
  return (rule.membership === 'direct' ? facts.direct : facts.member).has(groupId);
}

function grantsTo(facts: ExpectedFacts, rule: OracleRule, rules: OracleRules): OracleGrants | undefined {
  if (facts.type === 'member') return rule.grants;
  const guests = rule.guests ?? rules.guests;
  if (guests === 'include') return rule.grants;
  return guests === 'exclude' ? undefined : guests.grants;
}

function byKind(grants: OracleGrants): readonly (readonly [ExpectedAssignment['kind'], readonly string[]])[] {
  return [
    ['role', grants.roles],
    ['businessFunction', grants.businessFunctions],
    ['team', grants.teams],
    ['permission', grants.permissions],
  ];
}

function assignmentOf({ kind, id, everywhere, scopes, sources, firm }: Collected): ExpectedAssignment {
  return {
    kind,
    id,
    scopes: everywhere ? [] : [...scopes].sort(),
    exceptScopes: [],
    sources: [...sources].sort(),
    pending: !firm,
  };
}

/** The order in which assignments are compared and printed. */
export function byKindAndId(a: { kind: string; id: string }, b: { kind: string; id: string }): number {
  const [left, right] = [`${a.kind} ${a.id}`, `${b.kind} ${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
