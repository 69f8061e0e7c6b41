import { type ActiveRules, mappedGroups, type Pin } from '../model/active-rules.ts';
import type { GroupInfo } from '../model/directory.ts';
import type { MappingRule, RulesDocument } from '../model/rules-document.ts';
import type { Directory } from '../ports.ts';
import { type Checked, type Fault, jsonPath } from './fault.ts';

/** What pinning asks of the directory. */
export type GroupLookup = Pick<Directory, 'findGroupsByName' | 'readGroups'>;

interface Bound {
  readonly rule: MappingRule;
  readonly groupId: string;
  readonly displayName: string;
}

/**
 * Binds every rule of a document to one group by id.
 *
 * A rule with an id is bound to it; the group must answer, unless it was mapped before. A rule with a name stays bound to
 * what the name meant in the rules before (a group renamed away keeps it, another group of that name does not get it);
 * otherwise the name must belong to exactly one group.
 *
 * A group that the rules before mapped without a break keeps its `mappedSince`, and `directSince` where they mapped it as
 * direct; any other begins `now`. All pins of a group carry the same times.
 */
export async function pinRules(
  document: RulesDocument,
  previous: ActiveRules | undefined,
  directory: GroupLookup,
  now: Date,
): Promise<Checked<readonly Pin[]>> {
  const faults: Fault[] = [];
  const named = await bindNames(document, previous, directory, faults);
  const known = await readNames(document, named, previous, directory, faults);
  if (faults.length > 0) return { ok: false, faults };
  const bound = document.rules.flatMap((rule): readonly Bound[] => {
    const groupId = rule.group.id?.toLowerCase() ?? named.get(rule.group.displayName ?? '');
    return groupId === undefined ? [] : [{ rule, groupId, displayName: known.get(groupId) ?? groupId }];
  });
  return { ok: true, value: withTimes(bound, previous, now.toISOString()) };
}

/** Group id of each name that stands alone in a rule. */
async function bindNames(
  document: RulesDocument,
  previous: ActiveRules | undefined,
  directory: GroupLookup,
  faults: Fault[],
): Promise<ReadonlyMap<string, string>> {
  const bound = new Map(previous === undefined ? [] : namesOf(previous));
  for (const [index, { group }] of document.rules.entries()) {
    const name = group.displayName;
    if (group.id !== undefined || name === undefined || bound.has(name)) continue;
    const candidates = await directory.findGroupsByName(name);
    const [only, ...others] = candidates;
    if (only !== undefined && others.length === 0) bound.set(name, only.id.toLowerCase());
    else faults.push(ambiguity(name, candidates, jsonPath(['rules', index, 'group', 'displayName'])));
  }
  return bound;
}

function namesOf({ document, pins }: ActiveRules): readonly (readonly [name: string, groupId: string])[] {
  const groupIds = new Map(pins.map((pin) => [pin.ruleId, pin.groupId]));
  return document.rules.flatMap(({ id, group }) => {
    const groupId = groupIds.get(id);
    const alone = group.id === undefined ? group.displayName : undefined;
    return groupId === undefined || alone === undefined ? [] : [[alone, groupId] as const];
  });
}

function ambiguity(name: string, candidates: readonly GroupInfo[], path: string): Fault {
  if (candidates.length === 0) {
    return {
      path,
      fault: `no group of the tenant is named '${name}'`,
      remedy: 'correct the name (capitals count), or give the object id of the group as id',
    };
  }
  const list = candidates.map(({ id, kind }) => `${id} (${kind})`).join(', ');
  return {
    path,
    fault: `${candidates.length} groups of the tenant are named '${name}'`,
    remedy: `give one of their object ids as id: ${list}`,
  };
}

/** Present name of every bound group; one that does not answer keeps the name it was pinned with. */
async function readNames(
  document: RulesDocument,
  named: ReadonlyMap<string, string>,
  previous: ActiveRules | undefined,
  directory: GroupLookup,
  faults: Fault[],
): Promise<ReadonlyMap<string, string>> {
  const before = new Map((previous?.pins ?? []).map((pin) => [pin.groupId, pin.displayName]));
  const byId = document.rules.flatMap(({ group }) => (group.id === undefined ? [] : [group.id.toLowerCase()]));
  const ids = [
    ...new Set([...byId, ...document.rules.flatMap(({ group }) => named.get(group.displayName ?? '') ?? [])]),
  ];
  const answers = ids.length === 0 ? new Map<string, never>() : await directory.readGroups(ids, 'normal');
  const known = new Map<string, string>();
  for (const id of ids) {
    const name = answers.get(id)?.info?.displayName ?? before.get(id);
    if (name !== undefined) known.set(id, name);
  }
  for (const [index, { group }] of document.rules.entries()) {
    if (group.id === undefined || known.has(group.id.toLowerCase())) continue;
    faults.push({
      path: jsonPath(['rules', index, 'group', 'id']),
      fault: `no group of the tenant answers to '${group.id}'`,
      remedy: 'give the object id of a group of this tenant (not of an app registration or a user)',
    });
  }
  return known;
}

function withTimes(bound: readonly Bound[], previous: ActiveRules | undefined, now: string): readonly Pin[] {
  const before = previous === undefined ? undefined : mappedGroups(previous);
  const direct = new Set(
    bound.filter(({ rule }) => rule.enabled !== false && rule.membership === 'direct').map(({ groupId }) => groupId),
  );
  return bound.map(({ rule, groupId, displayName }) => ({
    ruleId: rule.id,
    groupId,
    displayName,
    mappedSince: before?.get(groupId)?.mappedSince ?? now,
    ...(direct.has(groupId) ? { directSince: before?.get(groupId)?.directSince ?? now } : {}),
  }));
}
