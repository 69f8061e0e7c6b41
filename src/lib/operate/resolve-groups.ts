import type { GroupInfo } from '../model/directory.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import type { Ports } from '../ports.ts';
import type { Needs } from './needs.ts';

/** A group of the directory, so that a person can tell it from others. */
export interface Candidate extends GroupDescription {
  readonly id: string;
  readonly displayName: string;
  /** Users in it, nested ones included; null when that can't be read. */
  readonly members: number | null;
}

/** What a name or an id stands for in the tenant. */
export interface ResolvedGroups {
  readonly tenantId: string;
  /** Every group of exactly this name (capitals count), or the one with this id. */
  readonly candidates: readonly Candidate[];
  /** When there is none: groups whose names begin alike. */
  readonly suggestions: readonly Omit<Candidate, 'members'>[];
}

type ResolvePorts = Pick<Ports, 'tenantId'> &
  Needs<{ directory: 'findGroupsByName' | 'readGroups' | 'suggestGroups' | 'countMembers' }>;

/** Finds the groups that a rule could mean by a name or an object id. Throws when the directory can't be read. */
export async function resolveGroups(
  ports: ResolvePorts,
  wanted: { readonly name: string } | { readonly groupId: string },
): Promise<ResolvedGroups> {
  const { tenantId, directory } = ports;
  const found = 'name' in wanted ? await directory.findGroupsByName(wanted.name) : await readOne(ports, wanted.groupId);
  const candidates: Candidate[] = [];
  for (const info of found) {
    candidates.push({ ...shown(info), members: (await directory.countMembers(info)) ?? null });
  }
  const isMissing = 'name' in wanted && candidates.length === 0;
  const suggestions = isMissing ? await directory.suggestGroups(beginningOf(wanted.name)) : [];
  return { tenantId, candidates, suggestions: suggestions.map(shown) };
}

async function readOne({ directory }: ResolvePorts, groupId: string): Promise<readonly GroupInfo[]> {
  const info = (await directory.readGroups([groupId], 'normal')).get(groupId)?.info;
  return info === undefined ? [] : [info];
}

function shown(info: GroupInfo): Omit<Candidate, 'members'> {
  return { id: info.id, displayName: info.displayName, ...describeGroup(info) };
}

/** Enough of a name to find what somebody mistyped at its end, and not so little that everything is found. */
function beginningOf(name: string): string {
  return name.slice(0, Math.max(3, Math.ceil(name.length / 2)));
}
