import type { ExpectedAssignment } from './expected-user.ts';
import type { OracleException } from './exceptions.ts';
import type { ExpectedFacts } from './expected-facts.ts';
import type { Mapping, OracleGrants, OracleRule, OracleRules } from './rules.ts';

type Kind = ExpectedAssignment['kind'];

/** One entitlement with everything that gives it. */
export interface Collected {
  readonly kind: Kind;
  readonly id: string;
  everywhere: boolean;
  firm: boolean;
  readonly scopes: Set<string>;
  readonly sources: Set<string>;
}

/** What rules, exceptions and the default role give one user, before anything is taken away. */
export function collectGrants(
  facts: ExpectedFacts,
  rules: OracleRules,
  mapped: readonly Mapping[],
  exceptions: readonly OracleException[],
): readonly Collected[] {
  const given = new Given(rules, exceptions);
  for (const { rule, groupId, fill } of mapped) {
    const [groups, pending] =
      rule.membership === 'direct' ? [facts.direct, facts.pendingDirect] : [facts.member, facts.pendingMember];
    if (!groups.has(groupId)) continue;
    for (const [kind, templates] of byKind(grantsTo(facts, rule, rules))) {
      for (const template of templates) {
        given.byRules(kind, fill(template), `${rule.id}@${groupId}`, rule.scopes.map(fill), !pending.has(groupId));
      }
    }
  }
  for (const { id, effect, kind, entitlementId, scopes } of exceptions) {
    if (effect === 'grant') given.add(kind, entitlementId, [`exception:${id}`], scopes, true);
  }
  const excludedGuest = facts.type === 'guest' && rules.guests === 'exclude';
  if (rules.defaultRole !== null && !given.hasRole() && !excludedGuest) {
    given.byRules('role', rules.defaultRole, 'default', [], true);
  }
  return given.all();
}

class Given {
  readonly #byKey = new Map<string, Collected>();
  readonly #exceptions: readonly OracleException[];
  readonly #defined: ReadonlySet<string>;

  constructor(rules: OracleRules, exceptions: readonly OracleException[]) {
    this.#exceptions = exceptions;
    this.#defined = new Set([
      ...rules.roles.map(({ id }) => `role ${id}`),
      ...rules.businessFunctions.map(({ id }) => `businessFunction ${id}`),
      ...rules.teams.map(({ id }) => `team ${id}`),
      ...rules.permissions.map(({ id }) => `permission ${id}`),
    ]);
  }

  /** What an exception may give other scopes. */
  byRules(kind: Kind, id: string, source: string, scopes: readonly string[], firm: boolean): void {
    const override = this.#exceptions.find(
      (one) => one.effect === 'scopes' && one.kind === kind && one.entitlementId === id,
    );
    if (override) this.add(kind, id, [source, `exception:${override.id}`], override.scopes, firm);
    else this.add(kind, id, [source], scopes, firm);
  }

  add(kind: Kind, id: string, sources: readonly string[], scopes: readonly string[], firm: boolean): void {
    const key = `${kind} ${id}`;
    if (!this.#defined.has(key)) return;
    const fresh = { kind, id, everywhere: false, firm: false, scopes: new Set<string>(), sources: new Set<string>() };
    const entry: Collected = this.#byKey.get(key) ?? fresh;
    this.#byKey.set(key, entry);
    entry.everywhere ||= scopes.length === 0;
    entry.firm ||= firm;
    for (const scope of scopes) entry.scopes.add(scope);
    for (const source of sources) entry.sources.add(source);
  }

  hasRole(): boolean {
    return this.all().some(({ kind }) => kind === 'role');
  }

  all(): readonly Collected[] {
    return [...this.#byKey.values()];
  }
}

const nothing: OracleGrants = { roles: [], businessFunctions: [], teams: [], permissions: [] };

function grantsTo(facts: ExpectedFacts, rule: OracleRule, rules: OracleRules): OracleGrants {
  if (facts.type === 'member') return rule.grants;
  const guests = rule.guests ?? rules.guests;
  if (guests === 'include') return rule.grants;
  return guests === 'exclude' ? nothing : guests.grants;
}

function byKind(grants: OracleGrants): readonly (readonly [Kind, readonly string[]])[] {
  return [
    ['role', grants.roles],
    ['businessFunction', grants.businessFunctions],
    ['team', grants.teams],
    ['permission', grants.permissions],
  ];
}
