import { noFacts } from '../model/facts.ts';
import type { Priority } from '../model/directory.ts';
import type { GroupEvidence, UserReading } from '../model/reading.ts';
import { learn, type Knowledge, type Learned } from '../plan/learn.ts';
import type { Ports } from '../ports.ts';
import type { Sight } from './read-user.ts';

/** What was learned, and which lost groups did not answer when they were asked. */
export interface LearnedFrom extends Learned {
  readonly unanswered: readonly string[];
}

/**
 * Learns from a sight until nothing is open: asks lost groups (only a loss pays for that), then brings each proven loss to its
 * ledger, and learns again with what was refused. `claim` writes to the ledgers; `look` only reads them (dry run).
 */
export async function learnFrom(
  ports: Ports,
  sight: Sight,
  mode: 'claim' | 'look',
  priority: Priority,
): Promise<LearnedFrom> {
  const recorded = sight.stored.record?.facts ?? noFacts;
  const start: Knowledge = {
    groups: sight.mapped,
    lagMilliseconds: ports.lagMilliseconds,
    evidence: new Map(),
    held: new Set(),
    disabledAccounts: sight.rules.document.disabledAccounts,
    ...(sight.tombstoneSince === undefined ? {} : { tombstoneSince: sight.tombstoneSince }),
  };
  const first = learn(recorded, sight.reading, start);
  const { evidence, unanswered } = await askGroups(ports, first.unproven, sight.reading, priority);
  const proven = first.unproven.length === 0 ? first : learn(recorded, sight.reading, { ...start, evidence });
  const held = await refusedLedgers(ports, sight, proven, mode);
  const learned = held.size === 0 ? proven : learn(recorded, sight.reading, { ...start, evidence, held });
  if (mode === 'claim') for (const ledger of learned.settled) await ports.ledger.settle(ledger, sight.userId);
  return { ...learned, unanswered };
}

/**
 * Asks groups whether they are there. One that does not answer is unknown, unless its deletion was confirmed before. One that
 * hides its membership proves a loss only if the reading could see it: the permission may have come between the two.
 */
async function askGroups(
  ports: Ports,
  groupIds: readonly string[],
  reading: UserReading,
  priority: Priority,
): Promise<{ evidence: ReadonlyMap<string, GroupEvidence>; unanswered: readonly string[] }> {
  const evidence = new Map<string, GroupEvidence>();
  const unanswered: string[] = [];
  if (groupIds.length === 0) return { evidence, unanswered };
  const answers = await ports.directory.readGroups(groupIds, priority);
  for (const groupId of groupIds) {
    const answer = answers.get(groupId);
    const couldSee = answer?.info?.hiddenMembership !== true || (reading.kind === 'found' && reading.readsHidden);
    if (answer?.evidence === 'present' && couldSee) {
      evidence.set(groupId, 'present');
    } else if (answer?.info === undefined && (await ports.watched.find(groupId))?.state === 'deleted') {
      evidence.set(groupId, 'deleted');
    } else {
      evidence.set(groupId, 'unknown');
      if (answer?.info === undefined) unanswered.push(groupId);
      else ports.log.warn('A mapped group hides its membership, so a loss stays unproven.', { groupId });
    }
  }
  return { evidence, unanswered };
}

async function refusedLedgers(
  ports: Ports,
  sight: Sight,
  learned: Learned,
  mode: 'claim' | 'look',
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  for (const loss of learned.losses) {
    const policy = sight.rules.document.holds;
    const claim = { ...loss, userId: sight.userId };
    const verdict = mode === 'claim' ? ports.ledger.claim(claim, policy) : ports.ledger.foresee(claim, policy);
    const refused = (await verdict) === 'held';
    if (refused) held.add(loss.ledger);
  }
  return held;
}
