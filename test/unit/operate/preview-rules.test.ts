import type { AccessException } from '../../../src/lib/model/exception.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { UserEntry } from '../../../src/lib/model/directory.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import type { RecordedAccess } from '../../../src/lib/model/stored-access.ts';
import { previewRules, type RulesPreview } from '../../../src/lib/operate/preview-rules.ts';
import { exception } from '../../builders/exception.ts';
import { factsOf, inSince, memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { found, missing } from '../../builders/reading.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { directoryWith, groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { id } from './tenant-fakes.ts';

const none = unexpectedPorts();
const now = new Date(at(100));

/** A tenant in memory: recorded facts by user number, and who is in which group of the directory. */
interface World {
  readonly active?: ActiveRules;
  readonly recorded?: readonly (readonly [user: number, facts: Facts, exceptions?: readonly AccessException[]])[];
  readonly members?: Readonly<Record<string, readonly number[]>>;
  readonly direct?: Readonly<Record<string, readonly number[]>>;
  readonly accounts?: readonly UserEntry[];
  /** Groups that do not answer. */
  readonly silent?: readonly string[];
}

const active = rulesOf([rule('a', alpha, ['user'])]);

function portsOf({
  active: rules = active,
  recorded = [],
  members = {},
  direct = {},
  accounts = [],
  silent = [],
}: World) {
  const groups = [alpha, beta, gamma].filter((group) => !silent.includes(group));
  const readings: string[] = [];
  return {
    ...none,
    readings,
    clock: { now: () => now },
    rules: { ...none.rules, active: async () => rules },
    access: {
      ...none.access,
      records: async function* (): AsyncGenerator<RecordedAccess> {
        for (const [user, facts, exceptions = []] of recorded) {
          yield { record: { ...recordOf(facts, rules, {}, exceptions), userId: id(user) }, exceptions };
        }
      },
    },
    derived: {
      ...none.derived,
      members: async function* (groupId: string) {
        for (const [user, facts] of recorded) {
          const fact = facts.groups[groupId];
          if (fact) yield { userId: id(user), fact };
        }
      },
    },
    directory: {
      ...none.directory,
      ...directoryWith(...groups.map((group) => groupInfo(group, `Group ${group.slice(0, 1)}`))),
      listMembers: async function* (groupId: string, { transitive }: { readonly transitive: boolean }) {
        const listed = (transitive ? members : direct)[groupId] ?? [];
        yield listed.map((user) => ({ id: id(user), type: 'user' as const }));
      },
      listUsers: async function* () {
        yield accounts;
      },
      readUser: async (userId: string) => {
        readings.push(userId);
        const entry = accounts.find((account) => account.id === userId);
        return entry
          ? found([], { accountEnabled: entry.accountEnabled, userType: entry.userType ?? 'member' })
          : missing('absent');
      },
    },
  };
}

async function preview(world: World, document: ActiveRules['document'], fresh = false): Promise<RulesPreview> {
  const checked = await previewRules(portsOf(world), document, { fresh });
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  return checked.value;
}

const documentOf = (...parameters: Parameters<typeof rulesOf>) => rulesOf(...parameters).document;
const ids = (users: RulesPreview['users']): readonly string[] => users.map(({ userId }) => userId);

describe('a preview on recorded facts', () => {
  it('tells who loses, who gains and who is only given it otherwise, in this order', async () => {
    const before = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'])]);
    const world = {
      active: before,
      recorded: [
        [1, memberOf([alpha, beta])],
        [2, memberOf([beta])],
        [3, memberOf([alpha])],
        [4, memberOf([gamma])],
      ] as const,
    };
    const proposed = documentOf([rule('new', alpha, ['user']), rule('b', beta, ['admin', 'manager'])]);
    const { users, counts } = await preview(world, proposed);
    expect(ids(users)).toEqual([id(1), id(2), id(3)]);
    expect(users).toMatchObject([
      { gained: [{ id: 'admin' }], changed: [{ after: { id: 'user' } }], gains: true, loses: false },
      { gained: [{ id: 'admin' }], changed: [] },
      { gained: [], lost: [], changed: [{ before: { id: 'user' }, after: { id: 'user' } }] },
    ]);
    expect(counts).toEqual({
      recorded: 4,
      holders: 3,
      losers: 0,
      gainers: 2,
      affected: 3,
      withNewConflicts: 0,
    });
    expect((await preview(world, documentOf([rule('b', beta, ['manager'])]))).counts).toMatchObject({ losers: 2 });
  });

  it('knows the exceptions of each user', async () => {
    const denied = [exception('no', 'deny', 'manager')];
    const recorded = [
      [1, memberOf([alpha]), denied],
      [2, memberOf([alpha])],
    ] as const;
    const { users } = await preview({ recorded }, documentOf([rule('a', alpha, ['user', 'manager'])]));
    expect(ids(users)).toEqual([id(2)]);
  });

  it('asks for the number of losers beyond the threshold in force', async () => {
    const recorded = Array.from({ length: 20 }, (_, user) => [user, memberOf([user < 12 ? alpha : beta])] as const);
    const both = [rule('a', alpha, ['user']), rule('b', beta, ['user'])];
    const proposed = documentOf([rule('b', beta, ['user'])], { holds: { lossMinimum: 1_000_000 } });
    expect(await preview({ active: rulesOf(both), recorded }, proposed)).toMatchObject({
      needsLosers: true,
      counts: { losers: 12, holders: 20 },
    });
    const few = recorded.slice(6);
    expect(await preview({ active: rulesOf(both), recorded: few }, proposed)).toMatchObject({ needsLosers: false });
  });

  it('names newly mapped groups as unread, and groups that go', async () => {
    const recorded = [[1, factsOf({ [beta]: { member: inSince(at(0)) } })]] as const;
    const answer = await preview({ recorded }, documentOf([rule('b', beta, ['user'])]));
    expect(answer).toMatchObject({
      activeVersion: 1,
      fresh: false,
      complete: true,
      users: [],
      groups: [
        {
          groupId: beta,
          displayName: 'Group b',
          state: 'present',
          info: { kind: 'security', membersManagedIn: 'Entra admin center' },
          unread: 'membership',
          ruleIds: ['b'],
        },
      ],
      unmappedGroups: [{ groupId: alpha }],
      rules: [{ ruleId: 'b', effect: 'unread' }],
    });
    expect(answer.groups[0]).not.toHaveProperty('members');
  });

  it('names of each group the rules that would apply, and none that is switched off', async () => {
    const off = rule('off', alpha, ['manager'], { enabled: false });
    const { groups, rules } = await preview({}, documentOf([rule('a', alpha, ['user']), off]));
    expect(groups.map(({ ruleIds }) => ruleIds)).toEqual([['a']]);
    expect(rules.map(({ effect }) => effect)).toEqual(['nobody', 'off']);
  });

  it('lists at most 1,000 of each kind, and counts all', async () => {
    const recorded = Array.from(
      { length: 1_100 },
      (_, user) => [user, memberOf([user < 1_050 ? alpha : beta])] as const,
    );
    const before = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['user'])]);
    const proposed = documentOf([rule('b', beta, ['user', 'manager'])]);
    const { users, complete, counts } = await preview({ active: before, recorded }, proposed);
    expect([complete, users.length, counts.losers, counts.gainers]).toEqual([false, 1_050, 1_050, 50]);
  });

  it('tells rules that decide for a member from those that do for a guest of the same groups', async () => {
    const proposed = documentOf([rule('a', alpha, ['user'], { guests: 'include' })], { defaultRole: 'user' });
    const member = [1, memberOf([alpha])] as const;
    const guest = [2, memberOf([alpha], { type: 'guest' })] as const;
    const effect = async (...recorded: NonNullable<World['recorded']>) =>
      (await preview({ recorded }, proposed)).rules.map((one) => one.effect);
    // Guests are excluded from the default role, which gives members the same.
    expect(await effect(member)).toEqual(['neverDecides']);
    expect(await effect(member, guest)).toEqual(['decides']);
  });

  it('gives every fault of a document, and no preview', async () => {
    const faulty = { ...documentOf([rule('a', alpha, ['user'])]), defaultRole: 'nobody' };
    expect(await previewRules(portsOf({}), faulty, { fresh: false })).toMatchObject({
      ok: false,
      faults: [{ path: '$.defaultRole' }],
    });
  });
});

describe('a preview on a fresh reading (A17)', () => {
  const proposed = documentOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'])]);
  const accounts: readonly UserEntry[] = [
    { id: id(3), accountEnabled: true, displayName: 'Cy' },
    { id: id(4), accountEnabled: false },
    { id: id(5), accountEnabled: true, userType: 'guest' },
    { id: id(6) },
  ];
  const world = {
    recorded: [
      [1, memberOf([alpha])],
      [2, memberOf([alpha])],
    ] as const,
    members: { [alpha]: [2, 9], [beta]: [1, 3, 4, 5, 6, 7] },
    accounts,
  };

  it('counts each group in the directory, recorded, to add and to remove', async () => {
    const { groups } = await preview(world, proposed, true);
    expect(groups.map(({ groupId, members }) => [groupId, members])).toEqual([
      [alpha, { inDirectory: 2, recorded: 2, missing: 1, unauthorized: 1 }],
      [beta, { inDirectory: 6, recorded: 0, missing: 6, unauthorized: 0 }],
    ]);
  });

  it('knows what a rule does once its groups are read, and not while one does not answer', async () => {
    const effects = async (special: Partial<World>, document = proposed) =>
      (await preview({ ...world, ...special }, document, true)).rules.map(({ effect }) => effect);
    expect(await effects({})).toEqual(['decides', 'decides']);
    expect(await effects({ members: { [alpha]: [2] } })).toEqual(['decides', 'nobody']);
    const mapped = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'])]);
    const direct = documentOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'], { membership: 'direct' })]);
    expect(await effects({ active: mapped }, direct)).toEqual(['decides', 'nobody']);
    expect(await effects({ active: mapped, silent: [beta] }, direct)).toEqual(['decides', 'unread']);
  });

  it('tells what members of a newly mapped group get, recorded before or not', async () => {
    const { users, counts } = await preview(world, proposed, true);
    expect(users).toMatchObject([
      { userId: id(1), stateBefore: 'active', gained: [{ id: 'manager' }] },
      { userId: id(3), gained: [{ id: 'manager' }] },
    ]);
    expect(counts).toMatchObject({ recorded: 2, gainers: 2, losers: 0 });
  });

  it('reads whoever is not recorded, and finds many of them in a listing of all users', async () => {
    const few = portsOf(world);
    await previewRules(few, proposed, { fresh: true });
    expect(few.readings.toSorted()).toEqual([3, 4, 5, 6, 7].map(id));
    const crowd = Array.from({ length: 201 }, (_, index) => index + 1_000);
    const everybody = crowd.map((user): UserEntry => ({ id: id(user), accountEnabled: true, userType: 'member' }));
    const gone: UserEntry = { id: id(1_000), removed: 'deleted', accountEnabled: true };
    const many = portsOf({ members: { [beta]: crowd }, accounts: [...everybody.slice(1), gone] });
    const checked = await previewRules(many, proposed, { fresh: true });
    expect(checked).toMatchObject({ ok: true, value: { counts: { gainers: 200 } } });
    expect(many.readings).toEqual([]);
  });

  it('reads who is directly in a group that is newly direct', async () => {
    const direct = documentOf([rule('a', alpha, ['user'], { membership: 'direct' })]);
    const { users, counts, groups } = await preview({ ...world, direct: { [alpha]: [2] } }, direct, true);
    expect(groups).toMatchObject([{ unread: 'directness' }]);
    expect(ids(users)).toEqual([id(1)]);
    expect(counts).toMatchObject({ losers: 1 });
  });

  it('counts whom a newly mapped group takes something from by giving something stronger', async () => {
    const stronger = documentOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'])], {
      roleResolution: 'strongest',
      holds: { lossPercent: 20, lossMinimum: 1 },
    });
    const takes = {
      recorded: world.recorded,
      members: { [beta]: [1, 2] },
      active: rulesOf(stronger.rules.slice(0, 1), stronger),
    };
    expect(await preview(takes, stronger)).toMatchObject({ needsLosers: false, counts: { losers: 0 } });
    expect(await preview(takes, stronger, true)).toMatchObject({ needsLosers: true, counts: { losers: 2 } });
  });

  it('does not list a group that does not answer', async () => {
    const mapped = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'])]);
    const { groups } = await preview({ ...world, active: mapped, silent: [beta] }, proposed, true);
    expect(groups[1]).toMatchObject({ groupId: beta, state: 'unknown' });
    expect(groups[1]).not.toHaveProperty('members');
  });
});
