import { activate } from '../../../src/lib/detect/activate.ts';
import type { JobRun } from '../../../src/lib/detect/run-job.ts';
import type { AccessRecord } from '../../../src/lib/model/access.ts';
import { UnavailableError } from '../../../src/lib/errors.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { ActivateState } from '../../../src/lib/model/job-state.ts';
import type { TenantAuditEntry } from '../../../src/lib/model/tenant-audit-entry.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import { tenantId } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { memoryRules } from '../operate/memory-rules.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { fakeTenant } from './fake-tenant.ts';

/**
 * A tenant with these versions stored, the first in force, and these records. `run` runs the job of a version from where the run
 * before came; `crash` ends the next worker at a call. Every group answers but those in `silent`.
 */
export async function activationWorld(versions: readonly ActiveRules[], records: readonly AccessRecord[] = []) {
  const rules = memoryRules();
  const crash: { readonly at: Set<string> } = { at: new Set() };
  const dieAt = (call: string): void => {
    if (crash.at.delete(call)) throw new Error('The worker was killed.');
  };
  const watched = new Map<string, WatchedGroup>();
  /** What happens before the watched groups are listed, once. */
  const listed: (() => Promise<void>)[] = [];
  /** Groups that can't be asked. */
  const silent = new Set<string>();
  const audited: TenantAuditEntry[] = [];
  /** How many jobs had been asked for when a version came into force. */
  const switchedAt = new Map<number, number>();
  const none = unexpectedPorts();
  const tenant = fakeTenant({
    ports: {
      rules: {
        ...rules,
        activate: async (version, from) => {
          dieAt('before the switch');
          const done = await rules.activate(version, from);
          if (done) switchedAt.set(version, tenant.jobs.length);
          dieAt('after the switch');
          return done;
        },
      },
      jobs: { ...none.jobs, sweeps: async () => new Map() },
      directory: {
        ...none.directory,
        readGroups: async ([id = '']) => {
          if (silent.has(id)) throw new UnavailableError('Microsoft Graph answered 503.');
          return new Map([[id, { evidence: 'present', info: groupInfo(id, `Group ${id[0]}`) }]]);
        },
      },
      watched: {
        find: async (id) => watched.get(id),
        list: async () => {
          await listed.pop()?.();
          return [...watched.values()];
        },
        change: async (id, change) => {
          const group = change(watched.get(id));
          if (group) watched.set(id, group);
          else watched.delete(id);
          return group;
        },
      },
      tenantAudit: {
        append: async (decision) => {
          const entry = { ...decision, tenantId, revision: audited.length + 1 };
          audited.push({ ...entry, activityDateTime: at(0), previousHash: '', hash: '' });
          return audited[audited.length - 1] ?? Promise.reject(new Error('Nothing was audited.'));
        },
        history: async function* () {
          yield* audited.toReversed();
        },
      },
      access: {
        ...none.access,
        records: async function* (after = '') {
          for (const record of records) if (record.userId > after) yield { record, exceptions: [] };
        },
      },
    },
  });
  const store = async ({ document, pins }: ActiveRules): Promise<void> => {
    const from = await rules.activeVersion();
    await rules.append({ document, pins }, { author: 'ada', causeId: `publication ${from + 1}` }, from);
  };
  const [first, ...others] = versions;
  if (first) await store(first);
  await rules.activate(1, 0);
  for (const version of others) await store(version);
  /** One run of the job of a version, from where the one before came. */
  const states = new Map<number, ActivateState>();
  const run = async (version: number, stopAt?: ActivateState['step'], overBudget = () => false) => {
    const request = { v: 1, tenantId, kind: 'activate', id: String(version), causeId: 'message' } as const;
    const job: JobRun = {
      request: { ...request, enqueuedDateTime: at(0), attempt: 0, continues: false },
      state: states.get(version),
      checkpoint: async (state) => {
        if (state.kind === 'activate') states.set(version, state);
        if (state.kind === 'activate' && state.step === stopAt) throw new Error('The worker was killed.');
      },
      overBudget,
    };
    return activate(tenant.ports, job);
  };
  const killed = async (running: Promise<unknown>): Promise<void> => {
    await expect(running).rejects.toThrow('killed');
  };
  const compared = (): readonly string[] =>
    tenant.jobs.flatMap(({ kind, id }) => (kind === 'expand' ? [id] : [])).sort();
  const isWatched = (): readonly string[] => [...watched.keys()].sort();
  return {
    ...tenant,
    rules,
    store,
    run,
    killed,
    crash,
    watched,
    listed,
    silent,
    audited,
    switchedAt,
    compared,
    isWatched,
  };
}

export const onAlpha = rulesOf([rule('a', alpha, ['user'])]);
export const onBoth = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['user'])], { mappedSince: at(0) });
export const bothPins = {
  ...onBoth,
  pins: onBoth.pins.map((pin) => (pin.groupId === alpha ? { ...pin, mappedSince: at(-10_000) } : pin)),
};
