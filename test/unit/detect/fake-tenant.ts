import { clientStateHash } from '../../../src/lib/detect/sender-check.ts';
import type { JobRequest, ReconcileRequest } from '../../../src/lib/model/request.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { StoredSubscription, WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { tenantId } from '../../builders/record.ts';
import { alpha, beta, gamma } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

/** What a tenant begins with. */
interface Start {
  readonly tenantId?: string;
  readonly subscriptions?: readonly StoredSubscription[];
  /** Ids of watched groups; alpha, beta and gamma unless given. */
  readonly watched?: readonly string[];
  readonly ports?: Partial<Ports>;
}

export interface SentJob {
  readonly kind: string;
  readonly id: string;
  readonly causeId: string;
  readonly delaySeconds: number;
  readonly continues: boolean;
}

/** A subscription whose clientState is known. */
export function subscriptionOf(clientState: string, previous?: string): StoredSubscription {
  return {
    resource: 'groups',
    clientStateHash: clientStateHash(clientState),
    ...(previous === undefined ? {} : { previousClientStateHash: clientStateHash(previous) }),
    notificationUrl: 'https://rolecall.example',
  };
}

export function watchedGroup(groupId: string, special: Partial<WatchedGroup> = {}): WatchedGroup {
  return { groupId, displayName: groupId, mapped: true, parents: [], state: 'present', stateSince: at(0), ...special };
}

/**
 * A tenant in memory, as far as detecting reaches: what was sent is in `users` (fresh), `bulk` and `jobs`, how often a table was read in `reads`,
 * and what was said in `lines`. Every other port refuses. `queue.failure` makes each send fail.
 */
export function fakeTenant(start: Start = {}) {
  const clock = { minute: 0 };
  const users: ReconcileRequest[] = [];
  const bulk: ReconcileRequest[] = [];
  const jobs: SentJob[] = [];
  const reads = { subscriptions: 0, watched: 0 };
  const lines: string[] = [];
  const queue: { failure: Error | undefined } = { failure: undefined };
  const stored = {
    subscriptions: start.subscriptions ?? [subscriptionOf('secret')],
    watched: (start.watched ?? [alpha, beta, gamma]).map((groupId) => watchedGroup(groupId)),
  };
  const { subscriptions, watched } = unexpectedPorts();
  const refuse = (): void => {
    if (queue.failure) throw queue.failure;
  };
  const ports = unexpectedPorts({
    tenantId: start.tenantId ?? tenantId,
    clock: { now: () => new Date(at(clock.minute)) },
    log: createLog((level, line) => lines.push(`${level} ${line}`)),
    newId: () => 'cause',
    subscriptions: {
      ...subscriptions,
      list: async () => {
        reads.subscriptions += 1;
        return stored.subscriptions;
      },
    },
    watched: {
      ...watched,
      list: async () => {
        reads.watched += 1;
        return stored.watched;
      },
    },
    reconcileQueue: {
      send: async (requests, lane) => {
        refuse();
        (lane === 'fresh' ? users : bulk).push(...requests);
      },
    },
    jobQueue: {
      send: async ({ kind, id, causeId, continues }: JobRequest, delaySeconds = 0) => {
        refuse();
        jobs.push({ kind, id, causeId, delaySeconds, continues });
      },
    },
    ...start.ports,
  });
  return { ports, clock, users, bulk, jobs, reads, lines, queue, stored };
}

/** Lets everything that waits for nothing but its turn go on. */
export async function everythingGoesOn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
