import { createLog } from '../../../src/lib/log.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { MemberEntry } from '../../../src/lib/model/directory.ts';
import type { Hold, LossRow } from '../../../src/lib/model/hold.ts';
import type { JobRequest, ReconcileRequest } from '../../../src/lib/model/request.ts';
import type { TenantDecision } from '../../../src/lib/model/tenant-audit-entry.ts';
import type { RecordedAccount, RecordedMember } from '../../../src/lib/model/recorded.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { account } from '../../builders/facts.ts';

export const tenantId = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';
export const since = '2026-01-01T00:00:00.000Z';

/** An id that is easy to tell from others: `id(1)`. */
export function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** What a tenant is made of at the beginning of a test. */
export interface Start {
  readonly rules?: ActiveRules;
  readonly recorded?: readonly string[];
  readonly listed?: readonly MemberEntry[];
  /** Those of `recorded`, enabled, unless given. */
  readonly accounts?: readonly RecordedAccount[];
  readonly watchedState?: 'present' | 'deleted';
  readonly hold?: Hold;
  readonly rows?: readonly LossRow[];
}

/** A message as it was sent. */
export interface Sent {
  readonly userId: string;
  readonly lane: string;
  readonly delaySeconds: number;
  readonly reason: string;
}

/** A tenant in memory, as far as the operators' functions reach; what happened is in `sent`, `jobs`, `decisions` and `order`. */
export function tenant(start: Start) {
  const now = { milliseconds: Date.parse('2026-02-01T00:00:00.000Z') };
  const sent: Sent[] = [];
  const jobs: JobRequest[] = [];
  const decisions: TenantDecision[] = [];
  const order: string[] = [];
  const bases: number[] = [];
  const ports = {
    tenantId,
    clock: { now: () => new Date(now.milliseconds) },
    log: createLog(() => undefined),
    newId: () => 'operation',
    rules: fakeRules(start.rules),
    reconcileQueue: {
      send: async (requests: readonly ReconcileRequest[], lane: string, delaySeconds = 0) => {
        if (requests.length > 0) order.push(`send after ${delaySeconds} s`);
        for (const { userId, reason } of requests) sent.push({ userId, lane, delaySeconds, reason });
      },
    },
    jobQueue: { send: async (request: JobRequest) => void jobs.push(request) },
    watched: fakeWatched(start.watchedState),
    directory: {
      listMembers: async function* () {
        yield start.listed ?? [];
      },
    },
    derived: { members: () => fakeMembers(start.recorded ?? []), accounts: () => fakeAccounts(start) },
    tenantAudit: {
      append: async (decision: TenantDecision) => {
        order.push('audit');
        decisions.push(decision);
        return {
          ...decision,
          tenantId,
          revision: decisions.length,
          activityDateTime: since,
          previousHash: '',
          hash: '',
        };
      },
    },
    ledger: {
      find: async () => start.hold,
      pending: async function* () {
        yield* start.rows ?? [];
      },
      approve: async (_ledger: string, _through: number, base: number) => {
        order.push('approve');
        bases.push(base);
        return start.rows?.map((row) => row.userId);
      },
    },
  };
  return { ports, now, sent, jobs, decisions, order, bases };
}

function fakeRules(rules: ActiveRules | undefined): Pick<Ports['rules'], 'active'> {
  return { active: async () => rules };
}

function fakeWatched(state: 'present' | 'deleted' | undefined): Pick<Ports['watched'], 'find'> {
  return {
    find: async (groupId) =>
      state === undefined
        ? undefined
        : { groupId, displayName: 'Alpha', mapped: true, parents: [], state, stateSince: since },
  };
}

async function* fakeAccounts({ accounts, recorded = [] }: Start): AsyncGenerator<RecordedAccount> {
  yield* accounts ?? recorded.map((userId) => ({ userId, fact: account({ since, typeSince: since }) }));
}

async function* fakeMembers(userIds: readonly string[]): AsyncGenerator<RecordedMember> {
  for (const userId of userIds) yield { userId, fact: { member: { in: true, since } } };
}
