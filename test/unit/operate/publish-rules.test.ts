import type { AccessRecord } from '../../../src/lib/model/access.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import { publishRules, rollBackRules } from '../../../src/lib/operate/publish-rules.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { rule, rulesOf } from '../../builders/rules.ts';
import { directoryWith, groupId, groupInfo } from '../rules/sample-document.ts';
import { memoryRules } from './memory-rules.ts';
import { id, tenant, tenantId } from './tenant-fakes.ts';

const alpha = groupId('a');
const beta = groupId('b');
/** Everybody in alpha is a user; more than a fifth of them, and more than two, is beyond the line. */
const holds = { lossPercent: 20, lossMinimum: 2, windowHours: 24, groupDeleted: 'hold' } as const;
const documentOf = (...args: Parameters<typeof rulesOf>) => rulesOf(args[0], { holds, ...args[1] }).document;
const first = documentOf([rule('a', alpha, ['user'])]);
const nothing = documentOf([rule('a', alpha, ['user'], { enabled: false })]);

/** A tenant with version 1 in force and this many users in alpha, the last of them suspended. */
async function world(users = 10, members: Readonly<Record<string, readonly number[]>> = {}) {
  const { ports: some, jobs, decisions } = tenant({});
  const rules = memoryRules();
  const facts = (index: number) => memberOf([alpha], index === users - 1 ? { state: 'disabled' } : {});
  const records: AccessRecord[] = [];
  const ports = {
    ...some,
    rules,
    directory: {
      ...directoryWith(groupInfo(alpha, 'Alpha'), groupInfo(beta, 'Beta')),
      listMembers: async function* (group: string) {
        yield (members[group] ?? []).map((user) => ({ id: id(user), type: 'user' as const }));
      },
    },
    access: {
      records: async function* () {
        yield* records.map((record) => ({ record, exceptions: [] }));
      },
    },
  };
  const activateNewest = async (): Promise<ActiveRules | undefined> => {
    const from = await rules.activeVersion();
    await rules.activate(from + 1, from);
    return rules.active();
  };
  await publishRules(ports, first, { author: 'ada', from: 0 });
  const active = await activateNewest();
  if (active === undefined) throw new Error('Nothing is in force.');
  for (let index = 0; index < users; index += 1) records.push({ ...recordOf(facts(index), active), userId: id(index) });
  return { ports, rules, jobs, decisions, activateNewest };
}

describe('publishing rules', () => {
  it('stores the pinned document as the next version, audits who did it and asks for its activation', async () => {
    const { ports, rules, jobs, decisions } = await world();
    const second = documentOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'])]);
    const outcome = await publishRules(ports, JSON.stringify(second), { author: 'bert', from: 1 });
    expect(outcome).toEqual({ kind: 'published', version: 2, operationId: 'operation', losers: 0, warnings: [] });
    expect((await rules.version(2)).pins.map((pin) => [pin.groupId, pin.displayName])).toEqual([
      [alpha, 'Alpha'],
      [beta, 'Beta'],
    ]);
    expect(jobs).toMatchObject([1, 2].map((version) => ({ tenantId, kind: 'activate', id: String(version) })));
    expect(decisions.at(-1)).toEqual({
      initiatedBy: 'bert',
      action: 'publishRules',
      causeId: 'operation',
      details: { version: 2, rules: 2 },
    });
    // Not in force before its activation.
    expect(await rules.activeVersion()).toBe(1);
  });

  it.each([
    ['shape', { ...first, rules: 5 }, '$.rules'],
    ['content', { ...first, defaultRole: 'x' }, '$.defaultRole'],
    ['a group that is not there', documentOf([rule('r', groupId('f'), ['user'])]), '$.rules[0].group.id'],
  ])('stores nothing for a fault of %s', async (_case, document, path) => {
    const { ports, rules, jobs, decisions } = await world();
    const outcome = await publishRules(ports, document, { author: 'ada', from: 1 });
    expect(outcome).toMatchObject({ kind: 'faulty', faults: [{ path }] });
    await expect(rules.version(2)).rejects.toThrow();
    expect([jobs.length, decisions.length]).toEqual([1, 1]);
  });

  it('refuses who starts from a version that is not in force, or comes second (D18)', async () => {
    const { ports, activateNewest } = await world();
    const publish = (from: number) => publishRules(ports, first, { author: 'ada', from });
    expect(await publish(0)).toEqual({ kind: 'moved', activeVersion: 1 });
    expect(await publish(2)).toEqual({ kind: 'moved', activeVersion: 1 });
    expect(await publish(1)).toMatchObject({ kind: 'published', version: 2 });
    expect(await publish(1)).toEqual({ kind: 'moved', activeVersion: 1 });
    await activateNewest();
    expect(await publish(1)).toEqual({ kind: 'moved', activeVersion: 2 });
    expect(await publish(2)).toMatchObject({ kind: 'published', version: 3 });
  });
});

describe('a document that takes from many (A16, D11)', () => {
  // One of them is suspended: who holds nothing in effect loses nothing.
  it.each<[string, number, number | undefined, 'published' | 'losersDiffer', number]>([
    ['without the number', 10, undefined, 'losersDiffer', 9],
    ['with another number', 10, 8, 'losersDiffer', 9],
    ['with the number', 10, 9, 'published', 9],
    ['from all of three, below the minimum, without the number', 4, undefined, 'losersDiffer', 3],
    ['from all of two', 3, undefined, 'published', 2],
    ['from all of two, with another number', 3, 1, 'losersDiffer', 2],
  ])('%s', async (_case, users, losers, kind, count) => {
    const { ports, rules, jobs } = await world(users);
    const outcome = await publishRules(ports, nothing, { author: 'ada', from: 1, losers });
    expect(outcome).toMatchObject({ kind, losers: count });
    expect(jobs).toHaveLength(kind === 'published' ? 2 : 1);
    if (kind === 'losersDiffer') await expect(rules.version(2)).rejects.toThrow();
  });

  it.each([
    ['a rule that is switched off', nothing],
    [
      'a group that is switched off',
      documentOf([rule('a', alpha, ['user'])], { groups: [{ id: alpha, enabled: false }] }),
    ],
    ['a rule that is gone', documentOf([rule('b', beta, ['user'])])],
    ['a rule that gives less', documentOf([rule('a', alpha, ['manager'])])],
  ])('counts what %s takes', async (_case, document) => {
    const { ports } = await world();
    const publish = (losers?: number) => publishRules(ports, document, { author: 'ada', from: 1, losers });
    expect(await publish()).toMatchObject({ kind: 'losersDiffer', losers: 9, holders: 9 });
    expect(await publish(9)).toMatchObject({ kind: 'published', losers: 9 });
  });

  it('is measured by the policy in force, not by its own', async () => {
    const { ports } = await world();
    const lax = { ...nothing, holds: { ...holds, lossPercent: 100, lossMinimum: 1000 } };
    expect(await publishRules(ports, lax, { author: 'ada', from: 1 })).toMatchObject({ kind: 'losersDiffer' });
  });

  it.each([
    ['a stronger role', { roleResolution: 'strongest' as const }],
    [
      'a forbidden pair',
      { conflicts: [{ id: 'pair', roles: ['user', 'manager'], scope: 'any' as const, action: 'withhold' as const }] },
    ],
  ])('counts whom a newly mapped group takes something from by giving %s', async (_case, settings) => {
    const { ports } = await world(10, { [beta]: [0, 1, 2, 9] });
    const document = documentOf([rule('a', alpha, ['user']), rule('b', beta, ['manager'])], settings);
    const publish = (losers?: number) => publishRules(ports, document, { author: 'ada', from: 1, losers });
    expect(await publish()).toMatchObject({ kind: 'losersDiffer', losers: 3, holders: 9 });
    expect(await publish(3)).toMatchObject({ kind: 'published', losers: 3 });
  });

  it('does not count as a loser who is directly in a group that is newly direct', async () => {
    const { ports } = await world(10, { [alpha]: [0, 1, 2, 3, 4, 5, 6, 7] });
    const document = documentOf([rule('a', alpha, ['user'], { membership: 'direct' })]);
    const outcome = await publishRules(ports, document, { author: 'ada', from: 1 });
    expect(outcome).toMatchObject({ kind: 'published', losers: 1 });
  });

  it('passes without a number when it only gives', async () => {
    const { ports } = await world();
    const more = documentOf([rule('a', alpha, ['user', 'manager'])]);
    expect(await publishRules(ports, more, { author: 'ada', from: 1 })).toMatchObject({ kind: 'published', losers: 0 });
  });
});

describe('rolling back', () => {
  it('publishes the old content under a new number, bound as it was then', async () => {
    const { ports, rules, decisions, activateNewest } = await world(0);
    await publishRules(ports, documentOf([rule('b', beta, ['user'])]), { author: 'ada', from: 1 });
    await activateNewest();
    const outcome = await rollBackRules(ports, 1, { author: 'bert', from: 2 });
    expect(outcome).toMatchObject({ kind: 'published', version: 3 });
    const [old, restored] = [await rules.version(1), await rules.version(3)];
    expect(restored.document).toEqual(old.document);
    expect(restored.pins).toMatchObject(old.pins.map(({ ruleId, groupId: group }) => ({ ruleId, groupId: group })));
    expect(decisions.at(-1)).toMatchObject({ initiatedBy: 'bert', details: { version: 3, restores: 1 } });
  });

  it('looks no name up again: a group that took one over gets nothing', async () => {
    const { ports, rules, activateNewest } = await world(0);
    const byName = { ...first, rules: [{ ...rule('n', beta, ['user']), group: { displayName: 'Beta' } }] };
    await publishRules(ports, byName, { author: 'ada', from: 1 });
    await activateNewest();
    await publishRules(ports, first, { author: 'ada', from: 2 });
    await activateNewest();
    const takeover = directoryWith(groupInfo(beta, 'Old Beta'), groupInfo(groupId('e'), 'Beta'));
    await rollBackRules({ ...ports, ...{ directory: takeover } }, 2, { author: 'ada', from: 3 });
    expect((await rules.version(4)).pins.map(({ groupId: group }) => group)).toEqual([beta]);
  });

  it('begins anew with a group that was not mapped meanwhile, and goes on with one that was', async () => {
    const { ports, rules, activateNewest } = await world(0);
    const both = documentOf([rule('a', alpha, ['user']), rule('b', beta, ['user'])]);
    const clock = (day: string) => ({ ...ports, clock: { now: () => new Date(`2026-03-${day}T00:00:00.000Z`) } });
    await publishRules(clock('01'), both, { author: 'ada', from: 1 });
    await activateNewest();
    await publishRules(clock('02'), first, { author: 'ada', from: 2 });
    await activateNewest();
    await rollBackRules(clock('03'), 2, { author: 'ada', from: 3 });
    const since = (await rules.version(4)).pins.map(({ groupId: group, mappedSince }) => [group, mappedSince]);
    expect(since).toEqual([
      [alpha, '2026-02-01T00:00:00.000Z'],
      [beta, '2026-03-03T00:00:00.000Z'],
    ]);
  });

  it.each([
    ['a version that is not stored', 7, 2, { kind: 'unknownVersion' }],
    ['the version in force', 2, 2, { kind: 'unknownVersion' }],
    ['from a version that is not in force', 1, 1, { kind: 'moved', activeVersion: 2 }],
  ])('refuses %s', async (_case, version, from, outcome) => {
    const { ports, activateNewest } = await world(0);
    await publishRules(ports, first, { author: 'ada', from: 1 });
    await activateNewest();
    expect(await rollBackRules(ports, version, { author: 'ada', from })).toEqual(outcome);
  });

  it('needs the number of losers like any other document', async () => {
    const { ports, activateNewest } = await world();
    // Version 2 is as version 1, so going back to a version that gives nothing takes from everybody.
    await publishRules(ports, nothing, { author: 'ada', from: 1, losers: 9 });
    await activateNewest();
    await publishRules(ports, first, { author: 'ada', from: 2 });
    await activateNewest();
    const back = (losers?: number) => rollBackRules(ports, 2, { author: 'ada', from: 3, losers });
    expect(await back()).toMatchObject({ kind: 'losersDiffer', losers: 9, holders: 9 });
    expect(await back(9)).toMatchObject({ kind: 'published', version: 4 });
  });
});
