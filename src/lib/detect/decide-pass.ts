import { type ActiveRules, mappedGroups } from '../model/active-rules.ts';
import type { RecordedAccess } from '../model/stored-access.ts';
import { accessDiffers } from '../plan/access-differs.ts';
import { hasUnmappedFacts } from '../plan/unmapped-facts.ts';
import type { Ports } from '../ports.ts';
import { enqueueUsers } from './enqueue-users.ts';
import type { ComparisonCause } from './look-list.ts';

/** Users enqueued between two checkpoints. */
const chunkSize = 200;

/**
 * The decide pass: every recorded user whose recorded access differs from what the rules in force give for the recorded facts
 * is enqueued, and so is whose account was never read, whose record has facts that no rule asks for any more, or was edited by
 * somebody else. Graph is not asked. Calls `checkpoint` with the last user handled and how many were enqueued; stops early when
 * it returns false.
 */
export async function decidePass(
  ports: Ports,
  rules: ActiveRules,
  after: string | undefined,
  cause: ComparisonCause,
  checkpoint: (after: string, users: number) => Promise<boolean>,
): Promise<{ users: number; finished: boolean }> {
  const mapped = mappedGroups(rules);
  let users = 0;
  let seen = 0;
  let differing: { userId: string }[] = [];
  let altered: { userId: string }[] = [];
  const flush = async (): Promise<void> => {
    users += await enqueueUsers(ports, differing, { ...cause, lane: 'bulk' });
    users += await enqueueUsers(ports, altered, { ...cause, reason: 'repair', lane: 'bulk' });
    [differing, altered] = [[], []];
  };
  for await (const recorded of ports.access.records(after)) {
    const { record } = recorded;
    if (recorded.altered) altered.push({ userId: record.userId });
    else if (isOutdated(recorded, rules, mapped, ports.clock.now())) differing.push({ userId: record.userId });
    seen += 1;
    if (seen % chunkSize !== 0) continue;
    await flush();
    if (!(await checkpoint(record.userId, users))) return { users, finished: false };
  }
  await flush();
  return { users, finished: true };
}

/** An account that was never read, of somebody with an exception, is in no list that other comparisons go through. */
function isOutdated(
  recorded: RecordedAccess,
  rules: ActiveRules,
  mapped: ReturnType<typeof mappedGroups>,
  now: Date,
): boolean {
  const { facts } = recorded.record;
  return facts.account === undefined || hasUnmappedFacts(facts, mapped) || accessDiffers(recorded, rules, now);
}
