import type { MappedGroup } from '../model/active-rules.ts';
import type { GroupFact, Spell } from '../model/facts.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import type { Ports } from '../ports.ts';
import { confirmGroup } from './confirm-group.ts';
import type { UserToLookAt } from './enqueue-users.ts';
import { settleRepaired, type Waiting } from './settle-repaired.ts';
import { watchNested } from './watch-nested.ts';

/**
 * Compares one mapped group with the recorded facts and returns those who differ, for the caller to enqueue. A group that does
 * not answer names nobody, unless its deletion is confirmed: then its recorded members, whose loss is held. A whole
 * difference that would cross the hold's line is written to the ledger as pending before anybody can be enqueued.
 */
export async function compareGroup(
  ports: Ports,
  group: MappedGroup,
  document: RulesDocument,
): Promise<readonly UserToLookAt[]> {
  const started = ports.clock.now();
  const startedAt = started.getTime();
  const state = await confirmGroup(ports, group, true);
  if (state === 'missing' || state === 'hidden') return [];
  const recorded = await recordedMembers(ports, group);
  if (state === 'deleted') return releaseDeleted(ports, group, document, recorded);

  const listed = await listMembers(ports, group);
  const { users, losses } = difference(
    group,
    listed,
    recorded,
    (spell) => startedAt - Date.parse(spell.since) >= ports.lagMilliseconds,
  );
  await ports.ledger.raise(group.groupId, losses, 'lossThreshold', document.holds);
  await settleRepaired(ports, group.groupId, waitingIn(listed, recorded, startedAt));
  const listing = { startedAt: started, lagMilliseconds: ports.lagMilliseconds };
  await ports.ledger.rebase(group.groupId, Math.max(listed.members.size, recorded.size), listing);
  await watchNested(ports, group.groupId, listed.nested);
  return users;
}

function waitingIn(listed: Listing, recorded: ReadonlyMap<string, GroupFact>, startedAt: number): Waiting {
  return {
    startedAt,
    isMarked: (userId) => {
      const fact = recorded.get(userId);
      return fact?.member.pendingSince !== undefined || fact?.direct?.pendingSince !== undefined;
    },
    isRepaired: (userId) => {
      const fact = recorded.get(userId);
      if (fact === undefined) return true;
      return listed.members.has(userId) && (fact.direct?.in !== true || listed.direct?.has(userId) !== false);
    },
  };
}

interface Listing {
  readonly members: ReadonlySet<string>;
  /** Direct members; undefined when no rule needs them. */
  readonly direct: ReadonlySet<string> | undefined;
  readonly nested: ReadonlySet<string>;
}

async function listMembers(ports: Ports, group: MappedGroup): Promise<Listing> {
  const members = new Set<string>();
  const nested = new Set<string>();
  for await (const page of ports.directory.listMembers(group.groupId, { transitive: true, priority: 'low' })) {
    for (const member of page) {
      if (member.type === 'user') members.add(member.id);
      if (member.type === 'group' && member.id !== group.groupId) nested.add(member.id);
    }
  }
  if (group.directSince === undefined) return { members, direct: undefined, nested };
  const direct = new Set<string>();
  for await (const page of ports.directory.listMembers(group.groupId, { transitive: false, priority: 'low' })) {
    for (const member of page) if (member.type === 'user') direct.add(member.id);
  }
  return { members, direct, nested };
}

/** Facts that count: those from before the mapping are not recorded, nor is directness from before it (model/active-rules.ts). */
async function recordedMembers(ports: Ports, group: MappedGroup): Promise<ReadonlyMap<string, GroupFact>> {
  const recorded = new Map<string, GroupFact>();
  for await (const { userId, fact } of ports.derived.members(group.groupId)) {
    if (!fact.member.in || fact.member.since < group.mappedSince) continue;
    const { member, direct } = fact;
    const counts = direct && group.directSince !== undefined && direct.since >= group.directSince;
    recorded.set(userId, counts ? { member, direct } : { member });
  }
  return recorded;
}

interface Difference {
  readonly users: readonly UserToLookAt[];
  /** Proven as far as a listing can: facts older than the lag when it began, not waiting yet. */
  readonly losses: readonly { readonly userId: string; readonly since: string }[];
}

function difference(
  group: MappedGroup,
  listed: Listing,
  recorded: ReadonlyMap<string, GroupFact>,
  isOld: (spell: Spell) => boolean,
): Difference {
  const users: UserToLookAt[] = [];
  const losses: { userId: string; since: string }[] = [];
  for (const userId of listed.members) {
    const fact = recorded.get(userId);
    const directDiffers = listed.direct !== undefined && listed.direct.has(userId) !== (fact?.direct?.in === true);
    // A member who still waits for a revoke is a repair.
    if (!fact || directDiffers || fact.member.pendingSince !== undefined) {
      users.push({ userId, hint: { groupId: group.groupId, membership: 'joined' } });
    }
    if (fact?.direct?.in === true && directDiffers && isOld(fact.direct))
      losses.push({ userId, since: fact.direct.since });
  }
  for (const [userId, fact] of recorded) {
    if (listed.members.has(userId) || fact.member.pendingSince !== undefined) continue;
    users.push({ userId, hint: { groupId: group.groupId, membership: 'left' } });
    if (isOld(fact.member)) losses.push({ userId, since: fact.member.since });
  }
  return { users, losses };
}

async function releaseDeleted(
  ports: Ports,
  group: MappedGroup,
  document: RulesDocument,
  recorded: ReadonlyMap<string, GroupFact>,
): Promise<readonly UserToLookAt[]> {
  const waiting = [...recorded].filter(([, fact]) => fact.member.pendingSince === undefined);
  if (document.holds.groupDeleted === 'hold' && waiting.length > 0) {
    const losses = waiting.map(([userId, fact]) => ({ userId, since: fact.member.since }));
    await ports.ledger.raise(group.groupId, losses, 'groupDeleted', document.holds);
  }
  return waiting.map(([userId]) => ({ userId }));
}
