import type { Identity } from '../model/access.ts';
import { type ActiveRules, mappedGroups } from '../model/active-rules.ts';
import { type AccessException, isInEffect } from '../model/exception.ts';
import { type AccountFact, type Facts, noFacts } from '../model/facts.ts';
import type { MembershipChange } from '../model/membership-change.ts';
import type { UserReading } from '../model/reading.ts';
import type { StoredAccess } from '../model/stored-access.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import { deservesRecord, desiredAccess } from '../plan/desired-access.ts';
import { type Explanation, explain } from '../plan/explain.ts';
import { learn } from '../plan/learn.ts';
import type { MembershipGraph } from '../plan/membership-graph.ts';
import type { SeenUser } from '../plan/why-not.ts';
import type { Ports } from '../ports.ts';
import { type ExplainedGroup, explainGroups } from './explain-groups.ts';
import { explainMemberships, type MembershipExplanation, readWays } from './explain-memberships.ts';
import { type Note, noteWhatHelps } from './note-what-helps.ts';
import type { Needs } from './needs.ts';
import { readGraph } from './read-graph.ts';
import { tryOut, type TriedOut } from './try-out.ts';

/** Why one user holds what they hold, why not what they don't, and what would be if. */
export interface UserExplanation extends Explanation, Identity {
  readonly userId: string;
  readonly rulesVersion: number;
  /** `record`: of recorded facts. `directory`: nobody is recorded, and these facts were just read. `nothing`: neither. */
  readonly basis: 'record' | 'directory' | 'nothing';
  /** False: the record is to be brought up to date with what is explained here; a reconcile is on its way. */
  readonly upToDate: boolean;
  /** What the directory says of the id now. `unreachable`: ways through nested groups are then unknown. */
  readonly directory: UserReading['kind'] | 'unreachable';
  readonly account?: AccountFact;
  readonly memberships: readonly MembershipExplanation[];
  /** Every group that is named here. */
  readonly groups: readonly ExplainedGroup[];
  /** All of the user, closed ones included. */
  readonly exceptions: readonly (AccessException & { readonly inEffect: boolean })[];
  readonly notes: readonly Note[];
  readonly triedOut?: TriedOut;
}

export type ExplainPorts = Pick<Ports, 'clock' | 'log' | 'lagMilliseconds'> &
  Needs<{
    access: 'read';
    rules: 'active';
    watched: 'list';
    derived: 'members';
    ledger: 'foresee';
    directory: 'readUser' | 'readParents' | 'readGroups';
  }>;

/** What is known of one user: everything an explanation is made of. */
export interface KnownUser extends SeenUser {
  readonly userId: string;
  readonly stored: StoredAccess;
  readonly rules: ActiveRules;
  readonly watched: ReadonlyMap<string, WatchedGroup>;
  /** Undefined: the directory could not be read. */
  readonly graph: MembershipGraph | undefined;
  readonly now: Date;
}

/**
 * Explains one user's access, and what joining or leaving a group would change. The directory is asked for the ways through nested
 * groups alone; when it is out of reach the rest is told. Undefined: neither a record nor the directory knows the id.
 *
 * @returns `noRules` before the first activation
 */
export async function explainUser(
  ports: ExplainPorts,
  userId: string,
  tried?: MembershipChange,
): Promise<UserExplanation | 'noRules' | undefined> {
  const [stored, rules, groups] = await Promise.all([
    ports.access.read(userId),
    ports.rules.active(),
    ports.watched.list(),
  ]);
  if (rules === undefined) return 'noRules';
  const watched = new Map(groups.map((group) => [group.groupId, group]));
  const { reading, graph } = await readDirectory(ports, userId, watched, tried);
  const { record, exceptions } = stored;
  if (!record && exceptions.length === 0 && reading !== undefined && reading.kind !== 'found') return undefined;
  const now = ports.clock.now();
  const facts = factsOf(ports, stored, rules, reading);
  const isRecorded = record !== undefined;
  const directGroups = reading?.kind === 'found' ? reading.directGroups : undefined;
  const user: KnownUser = { userId, stored, rules, isRecorded, facts, exceptions, directGroups, watched, graph, now };
  const explanation = explain(user, rules, now);
  const infos = await readWays(ports, user);
  const memberships = explainMemberships(user, infos);
  const { account } = facts;
  return {
    userId,
    ...(record?.identity ?? (reading?.kind === 'found' ? reading.identity : {})),
    rulesVersion: rules.version,
    basis: record ? 'record' : account === undefined ? 'nothing' : 'directory',
    upToDate: isUpToDate(user),
    directory: reading?.kind ?? 'unreachable',
    ...(account === undefined ? {} : { account }),
    ...explanation,
    memberships,
    groups: explainGroups(user, infos, memberships, explanation),
    exceptions: exceptions.map((exception) => ({ ...exception, inEffect: isInEffect(exception, now) })),
    notes: await noteWhatHelps(ports, user, explanation),
    ...(tried === undefined ? {} : { triedOut: await tryOut(ports, user, tried) }),
  };
}

/** Whatever goes wrong here leaves the explanation without ways, and nothing else. */
async function readDirectory(
  ports: ExplainPorts,
  userId: string,
  watched: ReadonlyMap<string, WatchedGroup>,
  tried: MembershipChange | undefined,
): Promise<{ readonly reading?: UserReading; readonly graph?: MembershipGraph }> {
  try {
    const reading = await ports.directory.readUser(userId, { direct: true, priority: 'normal' });
    return { reading, graph: await readGraph(ports, reading, watched, tried) };
  } catch (error) {
    ports.log.error('The directory could not be read for an explanation, which is given without it.', error);
    return {};
  }
}

function factsOf(
  { lagMilliseconds }: Pick<Ports, 'lagMilliseconds'>,
  { record }: StoredAccess,
  rules: ActiveRules,
  reading: UserReading | undefined,
): Facts {
  if (record) return record.facts;
  if (reading?.kind !== 'found') return noFacts;
  const { disabledAccounts } = rules.document;
  const knowledge = { groups: mappedGroups(rules), lagMilliseconds, evidence: new Map(), held: new Set<string>() };
  return learn(noFacts, reading, { ...knowledge, disabledAccounts }).facts;
}

function isUpToDate(user: KnownUser): boolean {
  const { record } = user.stored;
  if (record === undefined) return !deservesRecord(user);
  const access = desiredAccess(user, user.rules, user.now);
  const { state, assignments, losers, conflicts } = record;
  return JSON.stringify(access) === JSON.stringify({ state, assignments, losers, conflicts });
}
