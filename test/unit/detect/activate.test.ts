import fc from 'fast-check';
import { activate } from '../../../src/lib/detect/activate.ts';
import type { JobRun } from '../../../src/lib/detect/run-job.ts';
import type { AccessRecord } from '../../../src/lib/model/access.ts';
import { type ActiveRules, mappedGroups } from '../../../src/lib/model/active-rules.ts';
import type { ActivateState } from '../../../src/lib/model/job-state.ts';
import type { TenantAuditEntry } from '../../../src/lib/model/tenant-audit-entry.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import { unreadGroups } from '../../../src/lib/plan/unread-groups.ts';
import { withTimes } from '../../../src/lib/rules/pin-times.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf, tenantId } from '../../builders/record.ts';
import { alpha, beta, gamma, groupId, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { memoryRules } from '../operate/memory-rules.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { fakeTenant, watchedGroup } from './fake-tenant.ts';

const nested = groupId('e');

/** A tenant with these versions stored, the first in force; every group answers. `crash` may end the worker at a call. */
async function world(versions: readonly ActiveRules[], records: readonly AccessRecord[] = []) {
  const rules = memoryRules();
  const crash: { readonly at: Set<string> } = { at: new Set() };
  const dieAt = (call: string): void => {
    if (crash.at.delete(call)) throw new Error('The worker was killed.');
  };
  const watched = new Map<string, WatchedGroup>();
  /** What happens before the watched groups are listed, once. */
  const listed: (() => Promise<void>)[] = [];
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
        readGroups: async ([id = '']) =>
          new Map([[id, { evidence: 'present', info: groupInfo(id, `Group ${id[0]}`) }]]),
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
  return { ...tenant, rules, store, run, killed, crash, watched, listed, audited, switchedAt, compared, isWatched };
}

const onAlpha = rulesOf([rule('a', alpha, ['user'])]);
const onBoth = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['user'])], { mappedSince: at(0) });
const bothPins = {
  ...onBoth,
  pins: onBoth.pins.map((pin) => (pin.groupId === alpha ? { ...pin, mappedSince: at(-10_000) } : pin)),
};

const user = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

describe('activating a version (D18)', () => {
  it('puts it in force, audits it, watches and compares what is newly mapped, and asks for whoever differs', async () => {
    const records = [1, 2].map((number) => ({
      ...recordOf(
        memberOf([number === 1 ? alpha : gamma]),
        rulesOf([rule('a', alpha, ['user']), rule('c', gamma, ['user'])]),
      ),
      userId: user(number),
    }));
    const { run, rules, audited, compared, isWatched, bulk } = await world([onAlpha, bothPins], records);
    expect(await run(2)).toMatchObject({ finished: true, counts: { users: 1 } });
    expect(await rules.activeVersion()).toBe(2);
    expect(audited).toMatchObject([
      { action: 'activateRules', initiatedBy: 'ada', causeId: 'publication 2', details: { version: 2, before: 1 } },
    ]);
    expect(isWatched()).toEqual([alpha, beta]);
    expect(compared()).toEqual([beta]);
    expect(bulk.map(({ userId, reason }) => [userId, reason])).toEqual([[user(2), 'activate']]);
  });

  it.each(['before the switch', 'after the switch'])('is audited once when its worker dies %s', async (moment) => {
    const { run, killed, rules, audited, crash, compared } = await world([onAlpha, bothPins]);
    crash.at.add(moment);
    await killed(run(2));
    expect(await run(2)).toMatchObject({ finished: true });
    expect(await rules.activeVersion()).toBe(2);
    expect(audited.map(({ action, details }) => [action, details['version']])).toEqual([['activateRules', 2]]);
    expect(compared()).toEqual([beta]);
  });

  it('lets go what no rule maps any more, and keeps what is nested in a group that one maps', async () => {
    const { run, watched, isWatched } = await world([bothPins, onAlpha]);
    watched.set(beta, watchedGroup(beta));
    watched.set(nested, watchedGroup(nested, { mapped: false, parents: [alpha, beta] }));
    watched.set(gamma, watchedGroup(gamma, { mapped: false, parents: [beta] }));
    await run(2);
    expect(isWatched()).toEqual([alpha, nested]);
    expect(watched.get(nested)?.parents).toEqual([alpha]);
  });

  it('counts whom it enqueues in every message that it takes', async () => {
    const gone = { ...recordOf(memberOf([gamma]), rulesOf([rule('c', gamma, ['user'])])) };
    const records = Array.from({ length: 450 }, (_unused, index) => ({ ...gone, userId: user(index + 1) }));
    const { run, bulk } = await world([onAlpha, bothPins], records);
    const runs = [];
    do runs.push(await run(2, undefined, () => true));
    while (runs.at(-1)?.finished === false);
    expect(runs.map(({ counts }) => counts?.['users'])).toEqual([200, 200, 50]);
    expect(new Set(bulk.map(({ userId }) => userId)).size).toBe(450);
  });

  it('does not fail the tenant with a version that is not stored', async () => {
    const { run, rules } = await world([onAlpha]);
    await expect(run(2)).rejects.toThrow();
    expect(await rules.activeVersion()).toBe(1);
  });
});

describe('an activation that newer rules overtake', () => {
  const onGamma = rulesOf([...onBoth.document.rules, rule('c', gamma, ['user'])], { mappedSince: at(0) });

  it.each<[string, (w: Awaited<ReturnType<typeof world>>) => Promise<void>]>([
    [
      'right after its switch',
      async ({ crash, killed, run }) => {
        crash.at.add('after the switch');
        await killed(run(2));
      },
    ],
    ['before it watches its groups', async ({ killed, run }) => killed(run(2, 'expand'))],
    ['before it decides', async ({ killed, run }) => killed(run(2, 'decide'))],
  ])('still compares its new groups, and lets go none of theirs: %s', async (_case, begin) => {
    const there = await world([onAlpha, bothPins], [{ ...recordOf(memberOf([beta]), onBoth), userId: user(1) }]);
    await begin(there);
    await there.store(onGamma);
    await there.run(3);
    const sent = there.bulk.length;
    expect(await there.run(2)).toMatchObject({ finished: true });
    expect(await there.rules.activeVersion()).toBe(3);
    expect(there.compared()).toEqual(expect.arrayContaining([beta, gamma]));
    expect(there.isWatched()).toEqual([alpha, beta, gamma]);
    // The decide pass of the newer rules was for everybody.
    expect(there.bulk).toHaveLength(sent);
  });

  it('has not the last word about what is watched, when they come while it lets go', async () => {
    const there = await world([onAlpha, bothPins]);
    there.listed.push(async () => {
      await there.store(onGamma);
      await there.run(3);
    });
    await there.run(2);
    expect(await there.rules.activeVersion()).toBe(3);
    expect(there.isWatched()).toEqual([alpha, beta, gamma]);
  });
});

type Death = 'before the switch' | 'after the switch' | 'expand' | 'decide' | 'nowhere';

/** A next version that maps these groups, or a run of the job of some version, perhaps while that of the newest is on its way. */
type Step =
  | { readonly do: 'publish'; readonly groups: readonly string[] }
  | { readonly do: 'run'; readonly which: number; readonly dies: Death; readonly overtaken: boolean };

const someGroups = fc.subarray([alpha, beta, gamma], { minLength: 1 });
const someStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('publish' as const), groups: someGroups }),
  fc.record({
    do: fc.constant('run' as const),
    which: fc.nat(5),
    dies: fc.constantFrom<Death[]>('before the switch', 'after the switch', 'expand', 'decide', 'nowhere', 'nowhere'),
    overtaken: fc.boolean(),
  }),
);

it('whatever order activations run and die in, the newest is in force, watched and read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someStep, { maxLength: 14 }), async (steps) => {
      const chain: ActiveRules[] = [onAlpha];
      const there = await world([onAlpha]);
      const { rules, run, crash, listed } = there;
      const runOnce = async (version: number, dies: Death = 'nowhere'): Promise<void> => {
        crash.at.clear();
        if (dies === 'before the switch' || dies === 'after the switch') crash.at.add(dies);
        await run(version, dies === 'expand' || dies === 'decide' ? dies : undefined).catch(() => undefined);
      };
      for (const [index, step] of steps.entries()) {
        const newest = chain.length;
        if (step.do === 'publish' && (await rules.activeVersion()) === newest) {
          const { document } = rulesOf(step.groups.map((group) => rule(group, group, ['user'])));
          const bound = step.groups.map((group) => ({ ruleId: group, groupId: group, displayName: group }));
          const pins = withTimes(bound, document, chain.at(-1), at(index));
          chain.push({ version: newest + 1, document, pins });
          await there.store({ version: newest + 1, document, pins });
        } else if (step.do === 'run') {
          if (step.overtaken) listed.push(() => runOnce(newest));
          await runOnce(1 + (step.which % newest), step.dies);
          listed.length = 0;
        }
      }
      // Whatever is unfinished is continued, the newest first.
      for (const { version } of chain.toReversed()) await runOnce(version);

      const active = chain.at(-1) ?? onAlpha;
      expect(await rules.activeVersion()).toBe(active.version);
      expect(there.isWatched()).toEqual([...mappedGroups(active).keys()].sort());
      for (const version of chain.slice(1)) {
        const since = there.jobs.slice(there.switchedAt.get(version.version));
        const compared = new Set(since.filter(({ kind }) => kind === 'expand').map(({ id }) => id));
        const fresh = unreadGroups(chain[version.version - 2], version).map(({ groupId: id }) => id);
        expect(fresh.filter((group) => !compared.has(group))).toEqual([]);
      }
      expect(there.audited.map(({ details }) => details['version'])).toEqual(
        chain.slice(1).map(({ version }) => version),
      );
    }),
    { numRuns: 300 },
  );
});
