import fc from 'fast-check';
import { type ActiveRules, mappedGroups } from '../../../src/lib/model/active-rules.ts';
import { unreadGroups } from '../../../src/lib/plan/unread-groups.ts';
import { withTimes } from '../../../src/lib/rules/pin-times.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { activationWorld, onAlpha } from './activation-world.ts';

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
      const there = await activationWorld([onAlpha]);
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
