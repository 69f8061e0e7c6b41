import { inParallel } from '../in-parallel.ts';
import { notificationCollectionSchema, notificationSchema, type Notification } from '../model/notification.ts';
import { newReconcileRequest } from '../model/new-request.ts';
import type { Hint, ReconcileRequest } from '../model/request.ts';
import type { Ports } from '../ports.ts';
import { requestJob } from './request-job.ts';
import { SenderCheck } from './sender-check.ts';
import { UsersSweepGate } from './users-sweep-gate.ts';
import { WatchedSet } from './watched-set.ts';

/** Members of one group that are enqueued one by one; more become one expansion. */
const maxMembersEach = 20;
/** Expansions sent at once: Graph waits for the answer, and one POST may name many groups. */
const jobsAtOnce = 24;

/** What became of the entries of one POST; each is counted exactly once. */
export interface NotificationOutcome {
  readonly accepted: number;
  /** Entries of a shape or resource that we can't understand. */
  readonly malformed: number;
  /** Entries with a clientState or tenant that is not ours. */
  readonly strangers: number;
  /** Entries of groups that nobody watches. */
  readonly unwatched: number;
  /** Users enqueued. */
  readonly users: number;
  /** Jobs asked for. */
  readonly jobs: number;
}

/**
 * Handles a parsed body of the notification webhook: checks every entry by itself and enqueues whom to look at. Asks Graph
 * nothing. Returns undefined when the body is not a notification collection.
 *
 * @throws when enqueuing fails: Graph should then send the notifications again
 */
export async function receiveNotifications(
  portsFor: (tenantId: string) => Ports | undefined,
  body: unknown,
  traceparent?: string,
): Promise<NotificationOutcome | undefined> {
  const collection = notificationCollectionSchema.safeParse(body);
  if (!collection.success) return undefined;
  const counts = { accepted: 0, malformed: 0, strangers: 0, unwatched: 0, users: 0, jobs: 0 };
  const byTenant = new Map<Ports, Announcements>();
  for (const entry of collection.data.value) {
    const parsed = notificationSchema.safeParse(entry);
    if (!parsed.success) {
      counts.malformed += 1;
      continue;
    }
    const ports = portsFor(parsed.data.tenantId.toLowerCase());
    if (!ports || !(await gateOf(ports).sender.accepts(ports, parsed.data.clientState))) {
      counts.strangers += 1;
      continue;
    }
    const announcements = byTenant.get(ports) ?? { groups: new Map(), users: false };
    byTenant.set(ports, announcements);
    counts[collect(ports, parsed.data, announcements)] += 1;
  }
  for (const [ports, announcements] of byTenant) {
    const sent = await enqueue(ports, announcements, traceparent);
    counts.users += sent.users;
    counts.jobs += sent.jobs;
  }
  return counts;
}

/** What one POST announces for one tenant: members by group (undefined: the group itself changed), and whether users did. */
interface Announcements {
  readonly groups: Map<string, Map<string, Hint['membership']> | undefined>;
  users: boolean;
}

interface Gate {
  readonly sender: SenderCheck;
  readonly watched: WatchedSet;
  readonly usersSweep: UsersSweepGate;
}

/** Caches live as long as the tenant's ports: one set per tenant and process. */
const gates = new WeakMap<Ports, Gate>();

function gateOf(ports: Ports): Gate {
  const gate = gates.get(ports) ?? {
    sender: new SenderCheck(),
    watched: new WatchedSet(),
    usersSweep: new UsersSweepGate(),
  };
  gates.set(ports, gate);
  return gate;
}

/** The same check for the lifecycle webhook. */
export async function isOurs(ports: Ports, clientState: string): Promise<boolean> {
  return gateOf(ports).sender.accepts(ports, clientState);
}

function collect(ports: Ports, entry: Notification, into: Announcements): 'accepted' | 'malformed' | 'unwatched' {
  // `Groups/{id}` as captured, `groups/{id}/members/{id}` as other consumers parse it: read without regard to case.
  const [kind, groupId, , memberId] = entry.resource.replace(/^\//, '').split('/');
  if (kind?.toLowerCase() === 'users') {
    into.users = true;
    return 'accepted';
  }
  const id = (entry.resourceData && memberId === undefined ? entry.resourceData.id : groupId)?.toLowerCase();
  if (kind?.toLowerCase() !== 'groups' || id === undefined || !/^[0-9a-f-]{36}$/.test(id)) return 'malformed';
  if (!gateOf(ports).watched.mayContain(ports, id)) return 'unwatched';
  const members = entry.resourceData?.['members@delta'];
  if (!members) {
    into.groups.set(id, undefined);
    return 'accepted';
  }
  if (into.groups.has(id) && into.groups.get(id) === undefined) return 'accepted';
  const known = into.groups.get(id) ?? new Map<string, Hint['membership']>();
  for (const member of members) {
    const memberKey = member.id.toLowerCase();
    const membership = '@removed' in member ? 'left' : 'joined';
    // The same id as joined and left in one announcement has no usable order: look, but expect nothing.
    known.set(memberKey, known.has(memberKey) && known.get(memberKey) !== membership ? undefined : membership);
  }
  into.groups.set(id, known);
  return 'accepted';
}

async function enqueue(
  ports: Ports,
  announcements: Announcements,
  traceparent: string | undefined,
): Promise<{ users: number; jobs: number }> {
  const causeId = ports.newId();
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId };
  const requests: ReconcileRequest[] = [];
  const groupIds: string[] = [];
  for (const [groupId, members] of announcements.groups) {
    if (!members || members.size > maxMembersEach) {
      groupIds.push(groupId);
      continue;
    }
    for (const [userId, membership] of members) {
      requests.push({
        ...newReconcileRequest(origin, userId, 'notification'),
        hint: { groupId, ...(membership === undefined ? {} : { membership }) },
        ...(traceparent === undefined ? {} : { traceparent }),
      });
    }
  }
  await ports.reconcileQueue.send(requests, 'fresh');
  await inParallel(groupIds, jobsAtOnce, (groupId) => requestJob(ports, 'expand', groupId, { causeId }));
  const swept = announcements.users && (await gateOf(ports).usersSweep.request(ports, causeId));
  return { users: requests.length, jobs: groupIds.length + (swept ? 1 : 0) };
}
