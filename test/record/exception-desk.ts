import { createLog } from '../../src/lib/log.ts';
import type { AccessRecord } from '../../src/lib/model/access.ts';
import { type ExceptionBody, exceptionBodySchema } from '../../src/lib/model/operator-request.ts';
import type { UserReading } from '../../src/lib/model/reading.ts';
import type { ReconcileRequest } from '../../src/lib/model/request.ts';
import {
  closeException,
  type ExceptionOutcome,
  type ExceptionPorts,
  putException,
} from '../../src/lib/operate/change-exception.ts';
import { changes } from '../../src/lib/plan/changes.ts';
import type { AccessStore, WorkList } from '../../src/lib/ports.ts';
import { createAccessTable } from '../../src/lib/record/access-table.ts';
import type { Tables } from '../../src/lib/record/connect-tables.ts';
import { createWorkTable } from '../../src/lib/record/work-table.ts';
import { decided } from '../builders/decided.ts';
import { memberOf } from '../builders/facts.ts';
import { alpha, rule, rulesOf } from '../builders/rules.ts';
import { collect, freshId, testClock } from './azurite-tables.ts';

const minute = 60_000;
/** In which `staff` gives the role `user` in one scope. */
export const rules = rulesOf([rule('staff', alpha, ['user'], { scopes: ['entity:one'] })]);
/** The role `admin`, now and without end. */
export const grant: ExceptionBody = exceptionBodySchema.parse({
  effect: 'grant',
  entitlement: { kind: 'role', id: 'admin' },
  reason: 'Stands in for Eve.',
  approver: 'eve@contoso.com',
});

/** Where one user's exceptions are written, on real tables. */
export interface Desk {
  readonly ports: ExceptionPorts;
  readonly access: AccessStore;
  readonly work: WorkList;
  readonly userId: string;
  readonly clock: ReturnType<typeof testClock>;
  /** Delays of the messages for the user, in seconds. */
  readonly delays: number[];
  put(id: string, body?: Partial<ExceptionBody>): Promise<ExceptionOutcome>;
  close(id: string): Promise<ExceptionOutcome>;
  record(): Promise<AccessRecord | undefined>;
  /** Ids of what is held, with scopes. */
  held(): Promise<readonly string[]>;
}

/** A tenant on tables of its own, and a user of whom the directory says this. */
export function openDesk(
  tables: Tables,
  kind: UserReading['kind'] = 'found',
  over: Partial<ExceptionPorts> = {},
): Desk {
  const [tenantId, userId, clock] = [freshId(), freshId(), testClock()];
  const access = createAccessTable(tables, tenantId, clock);
  const log = createLog(() => undefined);
  const work = createWorkTable(tables, tenantId, { clock, log });
  const delays: number[] = [];
  const ports: ExceptionPorts = {
    tenantId,
    clock,
    newId: freshId,
    log,
    access,
    work,
    rules: { active: async () => rules, version: async () => rules },
    directory: { readUser: async () => readingOf(kind) },
    reconcileQueue: {
      send: async (requests: readonly ReconcileRequest[], _lane, delay = 0) => {
        for (const request of requests) if (request.userId === userId) delays.push(delay);
      },
    },
    ...over,
  };
  const target = (exceptionId: string) => ({ userId, exceptionId, caller: 'ada@contoso.com' });
  const record = async (): Promise<AccessRecord | undefined> => (await access.read(userId)).record;
  return {
    ...{ ports, access, work, userId, clock, delays, record },
    put: async (id, body = {}) => putException(ports, target(id), { ...grant, ...body }),
    close: async (id) => closeException(ports, target(id)),
    held: async () => ((await record())?.assignments ?? []).map(({ id, scopes }) => [id, ...scopes].join(' ')),
  };
}

function readingOf(kind: UserReading['kind']): UserReading {
  const times = { startedDateTime: '', completedDateTime: '' };
  if (kind !== 'found') return { kind, ...times };
  const known = { accountEnabled: true, userType: 'member' as const, groups: new Set<string>(), readsHidden: true };
  return { kind, ...times, ...known, identity: { displayName: 'Ada' } };
}

/** Records the user as a member of the group that gives the role `user`. */
export async function recordMember({ ports, access, userId }: Desk): Promise<void> {
  const facts = memberOf([alpha]);
  const plan = changes({
    ...{ tenantId: ports.tenantId, userId, recorded: undefined, identity: {}, facts, rules, exceptions: [] },
    access: decided(facts, rules),
  });
  const cause = { initiatedBy: 'Rolecall', reason: 'notification', causeId: 'c' };
  if (!plan || !(await access.apply(await access.read(userId), plan, undefined, cause)))
    throw new Error('Not recorded.');
}

/** When the user is to be looked at, in minutes from now. */
export async function dueMinutes({ work, clock }: Desk): Promise<readonly number[]> {
  const rows = await collect(work.due(new Date('2100-01-01T00:00:00Z')));
  return rows.map((row) => (Date.parse(row.dueDateTime) - clock.now().getTime()) / minute).sort((a, b) => a - b);
}
