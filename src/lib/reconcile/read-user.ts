import { ConflictError } from '../errors.ts';
import { mappedGroups, type ActiveRules, type MappedGroup } from '../model/active-rules.ts';
import type { UserReading } from '../model/reading.ts';
import type { Priority } from '../model/directory.ts';
import type { StoredAccess } from '../model/stored-access.ts';
import { provesGone } from '../plan/learn-account.ts';
import { olderVersion, rulesUntilRead } from '../plan/rules-of-record.ts';
import type { Ports } from '../ports.ts';

/** Everything one reconcile starts from. */
export interface Sight {
  readonly userId: string;
  readonly stored: StoredAccess;
  /** The rules to learn and decide by: those in force, unless they wait. */
  readonly rules: ActiveRules;
  /** The rules in force map something anew that the directory did not tell of this user; until it does, older ones hold. */
  readonly rulesWait: boolean;
  readonly mapped: ReadonlyMap<string, MappedGroup>;
  readonly reading: UserReading;
  /** Since when a feed says that the user is gone; read only when the directory does not know the id. */
  readonly tombstoneSince: string | undefined;
}

/** What is recorded of a user, and the rules in force. */
export interface Recorded {
  readonly userId: string;
  readonly stored: StoredAccess;
  readonly rules: ActiveRules | undefined;
}

/** The user's partition and the rules in force. */
export async function readRecorded(ports: Ports, userId: string): Promise<Recorded> {
  const [stored, rules] = await Promise.all([ports.access.read(userId), ports.rules.active()]);
  return { userId, stored, rules };
}

/**
 * Reads the directory, after what is recorded was read, so that a writer with a later reading invalidates ours. Undefined when
 * no rules are in force.
 *
 * @throws ConflictError when the rules read are older than those the record was decided by
 */
export async function readUser(
  ports: Ports,
  { userId, stored, rules }: Recorded,
  priority: Priority,
): Promise<Sight | undefined> {
  if (!rules) return undefined;
  if (stored.record && stored.record.rulesVersion > rules.version) {
    throw new ConflictError('The rules read are older than those of the record; the message is tried again.');
  }
  const reading = await readDirectory(ports, userId, stored, mappedGroups(rules), priority);
  const tombstone = reading.kind === 'absent' ? await ports.tombstones.find(userId) : undefined;
  const proof = { tombstoneSince: tombstone?.since, lagMilliseconds: ports.lagMilliseconds };
  const tells = reading.kind === 'found' || provesGone(stored.record?.facts.account, reading, proof);
  const decideBy = tells ? rules : await untilRead(ports, stored, rules);
  const rulesWait = decideBy.version !== rules.version;
  const mapped = mappedGroups(decideBy);
  return { userId, stored, rules: decideBy, rulesWait, mapped, reading, tombstoneSince: tombstone?.since };
}

async function untilRead(
  ports: Ports,
  { record, exceptions }: StoredAccess,
  inForce: ActiveRules,
): Promise<ActiveRules> {
  const older = olderVersion(record, inForce);
  if (!record || older === undefined) return inForce;
  return rulesUntilRead({ record, exceptions }, await ports.rules.version(older), inForce, ports.clock.now());
}

/** Asks for direct membership only if the user is in a group that some rule maps as direct. */
async function readDirectory(
  ports: Ports,
  userId: string,
  stored: StoredAccess,
  mapped: ReadonlyMap<string, MappedGroup>,
  priority: Priority,
): Promise<UserReading> {
  const directGroups = [...mapped.values()].filter((group) => group.directSince !== undefined);
  const facts = stored.record?.facts.groups ?? {};
  const expected = directGroups.some((group) => facts[group.groupId]?.member.in === true);
  const reading = await ports.directory.readUser(userId, { direct: expected, priority });
  if (reading.kind !== 'found' || reading.directGroups !== undefined) return reading;
  const needed = directGroups.some((group) => reading.groups.has(group.groupId));
  return needed ? ports.directory.readUser(userId, { direct: true, priority }) : reading;
}
