import { inParallel } from '../in-parallel.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import { type GroupInfo, isProtected } from '../model/directory.ts';
import { hasParts, matchName, type NamePattern, parsePattern, type Parts } from '../model/name-pattern.ts';
import type { MappingRule, RulesDocument } from '../model/rules-document.ts';
import type { Directory } from '../ports.ts';
import { type Admission, admittance, patternKey } from './admission.ts';
import { type Fault, jsonPath } from './fault.ts';
import { describeCandidates } from './describe-candidates.ts';

/** What pinning asks of the directory. */
export type GroupLookup = Pick<Directory, 'findGroupsByName' | 'readGroups' | 'listGroups' | 'countMembers'>;

/** A group that a rule may be bound to. */
export interface Proposal {
  readonly rule: MappingRule;
  /** Place of the rule in the document. */
  readonly index: number;
  readonly groupId: string;
  /** Values of the named parts, where a pattern matched it. */
  readonly parts?: Parts;
}

/** Names looked up at once. */
const lookups = 8;

type Found = Pick<Proposal, 'groupId' | 'parts'> & { readonly info?: GroupInfo };

/** A group that matches a rule and is not let in. */
export interface Unadmitted {
  readonly index: number;
  readonly info: GroupInfo;
}

/**
 * The groups that the rules of a document name. What a name or pattern meant in the rules before it still means, whatever the
 * groups are called now, as far as `where` lets it; a pattern adds who is admitted of those that match it now, a name only what
 * its rule lets in.
 */
export async function proposeGroups(
  document: RulesDocument,
  previous: ActiveRules | undefined,
  directory: GroupLookup,
  { tenantId, admission }: { readonly tenantId: string; readonly admission: Admission },
): Promise<{
  readonly proposals: readonly Proposal[];
  readonly unadmitted: readonly Unadmitted[];
  readonly faults: readonly Fault[];
}> {
  const nameOf = (rule: MappingRule): string | undefined =>
    rule.group.id === undefined ? (rule.group.displayNamePattern ?? rule.group.displayName) : undefined;
  const before = pinsBefore(nameOf, previous);
  const pinnedTo = (rule: MappingRule): readonly Found[] =>
    before(rule).filter(({ parts }) => hasParts(parts ?? {}, rule.where));
  const matches = await matchPatterns(document, directory);
  const asked = document.rules.filter((rule) => pinnedTo(rule).length === 0 || rule.group.pin === 'protected');
  const named = await findNamed(asked, directory);
  const proposals: Proposal[] = [];
  const unadmitted: Unadmitted[] = [];
  const faults: Fault[] = [];
  const isAdmitted = admittance(admission, previous);
  for (const [index, rule] of document.rules.entries()) {
    const { id, displayName: name, displayNamePattern: pattern } = rule.group;
    const propose = (found: readonly Found[]): void => {
      proposals.push(...found.map(({ info, ...group }) => ({ rule, index, ...group })));
    };
    if (id !== undefined) {
      propose([{ groupId: id.toLowerCase() }]);
      continue;
    }
    const pinned = pinnedTo(rule);
    propose(pinned);
    const isNew = ({ groupId }: Found): boolean => !pinned.some((pin) => pin.groupId === groupId);
    const letsIn = ({ info }: Found): boolean =>
      rule.group.pin === 'protected' && info !== undefined && isProtected(info);
    if (pattern !== undefined) {
      const found = (matches.get(pattern) ?? []).filter(
        (match) => isNew(match) && hasParts(match.parts ?? {}, rule.where),
      );
      const admitted = found.filter((match) => isAdmitted(rule, match.groupId) || letsIn(match));
      propose(admitted);
      const left = found.filter((match) => !admitted.includes(match));
      unadmitted.push(...left.flatMap(({ info }) => (info === undefined ? [] : [{ index, info }])));
    } else if (name !== undefined && asked.includes(rule)) {
      const candidates = named.get(name) ?? [];
      const found = candidates.map((info) => ({ groupId: info.id, info }));
      if (pinned.length > 0) propose(found.filter((match) => isNew(match) && letsIn(match)));
      else if (found.length === 1) propose(found);
      else faults.push(await ambiguity({ name, tenantId, index }, candidates, directory));
    }
  }
  return { proposals, unadmitted, faults };
}

/**
 * What a rule was bound to before: its own groups while it stands under the same name or pattern and `where`, so that it does not
 * get what another one of its name let in; or else those of any rule of that name. A pattern has braces, so none is a name.
 */
function pinsBefore(
  nameOf: (rule: MappingRule) => string | undefined,
  previous: ActiveRules | undefined,
): (rule: MappingRule) => readonly Found[] {
  const rules = new Map((previous?.document.rules ?? []).map((rule) => [rule.id, rule]));
  const byRule = new Map<string, Found[]>();
  const byName = new Map<string, Map<string, Found>>();
  for (const { ruleId, groupId, parts } of previous?.pins ?? []) {
    const rule = rules.get(ruleId);
    const name = rule && nameOf(rule);
    if (name === undefined) continue;
    const found = { groupId, ...(parts === undefined ? {} : { parts }) };
    byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), found]);
    byName.set(name, (byName.get(name) ?? new Map<string, Found>()).set(groupId, found));
  }
  return (rule) => {
    const name = nameOf(rule) ?? '';
    const before = rules.get(rule.id);
    const stands = before !== undefined && nameOf(before) === name && patternKey(before) === patternKey(rule);
    if (stands) return byRule.get(rule.id) ?? [];
    return [...(byName.get(name)?.values() ?? [])];
  };
}

/** Groups that have the exact names of these rules now: each name is asked for once, several at a time. */
async function findNamed(
  rules: readonly MappingRule[],
  directory: GroupLookup,
): Promise<ReadonlyMap<string, readonly GroupInfo[]>> {
  const names = new Set(
    rules.flatMap(({ group: { id, displayName } }) => (id === undefined ? (displayName ?? []) : [])),
  );
  const named = new Map<string, readonly GroupInfo[]>();
  await inParallel([...names], lookups, async (name) => {
    named.set(name, await directory.findGroupsByName(name));
  });
  return named;
}

/** Groups that match each pattern of the document now. The tenant's groups pass by page by page; only matches are kept. */
async function matchPatterns(
  document: RulesDocument,
  directory: GroupLookup,
): Promise<ReadonlyMap<string, readonly Found[]>> {
  const patterns = new Map<string, NamePattern>();
  for (const { group } of document.rules) {
    const pattern = group.displayNamePattern === undefined ? undefined : parsePattern(group.displayNamePattern);
    if (group.displayNamePattern === undefined || pattern === undefined || 'fault' in pattern) continue;
    patterns.set(group.displayNamePattern, pattern);
  }
  const matches = new Map<string, Found[]>([...patterns.keys()].map((text) => [text, []]));
  if (patterns.size === 0) return matches;
  for await (const page of directory.listGroups('normal')) {
    for (const info of page) {
      for (const [text, pattern] of patterns) {
        const parts = matchName(pattern, info.displayName);
        if (parts !== undefined) matches.get(text)?.push({ groupId: info.id, parts, info });
      }
    }
  }
  return matches;
}

async function ambiguity(
  { name, tenantId, index }: { readonly name: string; readonly tenantId: string; readonly index: number },
  candidates: readonly GroupInfo[],
  directory: GroupLookup,
): Promise<Fault> {
  const path = jsonPath(['rules', index, 'group', 'displayName']);
  if (candidates.length === 0) {
    const remedy = 'correct the name (capitals count), or give the object id of the group as id';
    return { path, fault: `no group of tenant ${tenantId} is named '${name}'`, remedy };
  }
  const list = await describeCandidates(candidates, directory);
  const fault = `${candidates.length} groups of tenant ${tenantId} are named '${name}'`;
  return { path, fault, remedy: `give one of their object ids as id: ${list}` };
}
