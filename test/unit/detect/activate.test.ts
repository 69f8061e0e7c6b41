import { memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { alpha, beta, gamma, groupId, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { watchedGroup } from './fake-tenant.ts';
import { activationWorld, bothPins, onAlpha, onBoth } from './activation-world.ts';

const nested = groupId('e');

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
    const { run, rules, audited, compared, isWatched, bulk } = await activationWorld([onAlpha, bothPins], records);
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
    const { run, killed, rules, audited, crash, compared } = await activationWorld([onAlpha, bothPins]);
    crash.at.add(moment);
    await killed(run(2));
    expect(await run(2)).toMatchObject({ finished: true });
    expect(await rules.activeVersion()).toBe(2);
    expect(audited.map(({ action, details }) => [action, details['version']])).toEqual([['activateRules', 2]]);
    expect(compared()).toEqual([beta]);
  });

  it('lets go what no rule maps any more, and keeps what is nested in a group that one maps', async () => {
    const { run, watched, isWatched } = await activationWorld([bothPins, onAlpha]);
    watched.set(beta, watchedGroup(beta));
    watched.set(nested, watchedGroup(nested, { mapped: false, parents: [alpha, beta] }));
    watched.set(gamma, watchedGroup(gamma, { mapped: false, parents: [beta] }));
    await run(2);
    expect(isWatched()).toEqual([alpha, nested]);
    expect(watched.get(nested)?.parents).toEqual([alpha]);
  });

  it('needs no directory: a group that can not be asked is watched and compared all the same', async () => {
    const gone = recordOf(memberOf([gamma]), rulesOf([rule('c', gamma, ['user'])]));
    const { run, silent, isWatched, compared, bulk } = await activationWorld([onAlpha, bothPins], [gone]);
    silent.add(alpha).add(beta);
    expect(await run(2)).toMatchObject({ finished: true, counts: { users: 1 } });
    expect(isWatched()).toEqual([alpha, beta]);
    expect(compared()).toEqual([beta]);
    expect(bulk).toHaveLength(1);
  });

  it('counts whom it enqueues in every message that it takes', async () => {
    const gone = { ...recordOf(memberOf([gamma]), rulesOf([rule('c', gamma, ['user'])])) };
    const records = Array.from({ length: 450 }, (_unused, index) => ({ ...gone, userId: user(index + 1) }));
    const { run, bulk } = await activationWorld([onAlpha, bothPins], records);
    const runs = [];
    do runs.push(await run(2, undefined, () => true));
    while (runs.at(-1)?.finished === false);
    expect(runs.map(({ counts }) => counts?.['users'])).toEqual([200, 200, 50]);
    expect(new Set(bulk.map(({ userId }) => userId)).size).toBe(450);
  });

  it('does not fail the tenant with a version that is not stored', async () => {
    const { run, rules } = await activationWorld([onAlpha]);
    await expect(run(2)).rejects.toThrow();
    expect(await rules.activeVersion()).toBe(1);
  });
});

describe('an activation that newer rules overtake', () => {
  const onGamma = rulesOf([...onBoth.document.rules, rule('c', gamma, ['user'])], { mappedSince: at(0) });

  it.each<[string, (w: Awaited<ReturnType<typeof activationWorld>>) => Promise<void>]>([
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
    const there = await activationWorld(
      [onAlpha, bothPins],
      [{ ...recordOf(memberOf([beta]), onBoth), userId: user(1) }],
    );
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
    const there = await activationWorld([onAlpha, bothPins]);
    there.listed.push(async () => {
      await there.store(onGamma);
      await there.run(3);
    });
    await there.run(2);
    expect(await there.rules.activeVersion()).toBe(3);
    expect(there.isWatched()).toEqual([alpha, beta, gamma]);
  });
});
