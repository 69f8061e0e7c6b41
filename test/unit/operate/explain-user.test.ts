import { UnavailableError } from '../../../src/lib/errors.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import { explainUser, type UserExplanation } from '../../../src/lib/operate/explain-user.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { exception } from '../../builders/exception.ts';
import { factsOf, inSince, memberOf } from '../../builders/facts.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { found, missing } from '../../builders/reading.ts';
import { alpha, beta, gamma, groupId, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

const [nested, deeper] = [groupId('d'), groupId('e')];
const usual = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['admin']), rule('c', gamma, ['manager'])]);
const none = unexpectedPorts();
const down = async (): Promise<never> => Promise.reject(new UnavailableError('out of reach'));

function watchedGroup(id: string, special: Partial<WatchedGroup> = {}): WatchedGroup {
  const name = `Group ${id.slice(0, 1)}`;
  return { groupId: id, displayName: name, mapped: true, parents: [], state: 'present', stateSince: at(0), ...special };
}

/** `deeper` is in `nested`, and that one in alpha. */
const watched = [
  watchedGroup(alpha),
  watchedGroup(beta),
  watchedGroup(gamma),
  watchedGroup(nested, { mapped: false, parents: [alpha] }),
  watchedGroup(deeper, { mapped: false, parents: [alpha] }),
];
const parents = new Map([
  [deeper, [nested, groupId('f')]],
  [nested, [alpha]],
]);

interface World {
  readonly facts?: Facts;
  readonly exceptions?: Parameters<typeof recordOf>[3];
  readonly direct?: readonly string[] | 'down' | 'absent';
  readonly userType?: 'guest';
  readonly rows?: readonly WatchedGroup[];
  readonly heldBy?: readonly string[];
  readonly populated?: readonly string[];
  readonly rules?: ActiveRules;
  /** Groups whose membership we may not read; `down`: groups do not answer. */
  readonly hidden?: readonly string[] | 'down';
}

function portsOf(world: World): Ports {
  const {
    facts,
    exceptions = [],
    direct = [],
    userType,
    rows = watched,
    heldBy = [],
    populated = [],
    rules = usual,
    hidden = [],
  } = world;
  const reading = async () => {
    if (direct === 'absent') return missing('absent');
    if (direct === 'down') return down();
    return found([...direct], { directGroups: new Set(direct), userType });
  };
  return {
    ...none,
    clock: { now: () => new Date(at(100)) },
    rules: { ...none.rules, active: async () => rules },
    access: {
      ...none.access,
      read: async () => ({
        outbox: [],
        exceptions,
        ...(facts && { record: recordOf(facts, rules, { displayName: 'Ada' }, exceptions) }),
      }),
    },
    watched: { ...none.watched, list: async () => rows },
    derived: {
      ...none.derived,
      members: async function* (id) {
        if (populated.includes(id)) yield { userId, fact: { member: inSince(at(0)) } };
      },
    },
    ledger: { ...none.ledger, foresee: async ({ ledger }) => (heldBy.includes(ledger) ? 'held' : 'passed') },
    directory: {
      ...none.directory,
      readUser: reading,
      readParents: async (ids) => new Map([...parents].filter(([id]) => ids.includes(id))),
      readGroups: async (ids) => {
        if (hidden === 'down') return down();
        const evidence = (id: string) => (hidden.includes(id) ? ('unknown' as const) : ('present' as const));
        return new Map(
          ids.map((id) => [id, { evidence: evidence(id), info: groupInfo(id, `Named ${id.slice(0, 1)}`) }]),
        );
      },
    },
  };
}

async function explained(world: World, ...tried: Parameters<typeof explainUser>[2][]): Promise<UserExplanation> {
  const explanation = await explainUser(portsOf(world), userId, tried[0]);
  if (typeof explanation !== 'object') throw new Error('There is nothing to explain.');
  return explanation;
}

const joined = (id: string) => ({ kind: 'joined', groupId: id }) as const;
const left = (id: string) => ({ kind: 'left', groupId: id }) as const;

describe('explaining a user', () => {
  it('tells the way through nested groups to the mapped one, by name', async () => {
    const { memberships, directory, upToDate, basis } = await explained({ facts: memberOf([alpha]), direct: [deeper] });
    expect([directory, upToDate, basis]).toEqual(['found', true, 'record']);
    expect(memberships).toEqual([
      {
        groupId: alpha,
        displayName: 'Named a',
        since: at(0),
        path: [
          { groupId: deeper, displayName: 'Named e' },
          { groupId: nested, displayName: 'Named d' },
          { groupId: alpha, displayName: 'Named a' },
        ],
      },
    ]);
  });

  it('tells of every group on a way, open or closed, what it is and where its members are managed (E2)', async () => {
    const info = groupInfo(beta, 'Beta', { onPremisesSynced: true });
    const rows = [watchedGroup(alpha), watchedGroup(beta, { displayName: 'Beta', info }), ...watched.slice(3)];
    const inEntra = { kind: 'security group', marks: [], membersManagedIn: 'Entra admin center' };
    const onPremises = { marks: ['synced from on-premises'], membersManagedIn: 'on-premises Active Directory' };
    const { groups } = await explained({ facts: memberOf([alpha]), direct: [deeper], rows });
    expect(groups).toEqual([
      { groupId: alpha, displayName: 'Named a', ...inEntra },
      { groupId: beta, displayName: 'Beta', ...inEntra, ...onPremises },
      // Mapped, and never asked yet.
      { groupId: gamma, displayName: 'Group c' },
      { groupId: nested, displayName: 'Named d', ...inEntra },
      { groupId: deeper, displayName: 'Named e', ...inEntra },
    ]);
    const blind = await explained({ facts: memberOf([alpha]), direct: 'down', rows });
    expect(blind.groups).toEqual([{ groupId: alpha, displayName: 'Group a' }, ...groups.slice(1, 3)]);
  });

  it('tells everything but the way when the directory is out of reach', async () => {
    const told = await explained({ facts: memberOf([alpha]), direct: 'down' });
    expect(told).toMatchObject({ directory: 'unreachable', basis: 'record', displayName: 'Ada' });
    expect(told.memberships).toEqual([{ groupId: alpha, displayName: 'Group a', since: at(0) }]);
    expect(told.entitlements.find(({ id }) => id === 'user')).toHaveProperty('held');
  });

  it('tells what a hold keeps', async () => {
    const facts = factsOf({ [alpha]: { member: inSince(at(0), at(50)) } });
    expect((await explained({ facts })).memberships).toMatchObject([{ groupId: alpha, pendingSince: at(50) }]);
  });

  it('explains somebody who is not recorded from the directory, and knows nothing without it', async () => {
    const stranger = await explained({ direct: [alpha] });
    expect(stranger).toMatchObject({ basis: 'directory', upToDate: false, displayName: 'Ada' });
    expect((await explained({ direct: [] })).entitlements.map(({ whyNot }) => whyNot)).toEqual([
      'notMember',
      'notMember',
      'notMember',
    ]);
    const unknown = await explained({ direct: 'down' });
    expect([unknown.basis, unknown.entitlements[0]?.whyNot]).toEqual(['nothing', 'unknownAccount']);
    expect(await explainUser(portsOf({ direct: 'absent' }), userId)).toBeUndefined();
  });

  it('gives nothing to somebody in no mapped group who is not recorded, and waits for no record (P9)', async () => {
    const world = { direct: [], rules: rulesOf([rule('a', alpha, ['user'])], { defaultRole: 'admin' }) };
    const stranger = await explained(world, joined(deeper));
    expect(stranger).toMatchObject({ basis: 'directory', upToDate: true });
    expect(stranger.entitlements.map(({ id, held, whyNot }) => [id, held, whyNot])).toEqual([
      ['admin', undefined, 'notRecorded'],
      ['manager', undefined, 'noRule'],
      ['user', undefined, 'notMember'],
    ]);
    expect(stranger.triedOut).toMatchObject({ gained: [{ id: 'user' }], lost: [] });
    // Whoever is recorded has it, whatever they were in.
    const recorded = await explained({ ...world, facts: memberOf([gamma]) });
    expect(recorded).toMatchObject({ upToDate: true, entitlements: [{ id: 'admin', held: {} }, {}, {}] });
  });

  it('tells of a rule that newly wants direct members what the directory shows, and without it what was never read', async () => {
    const rules = rulesOf([rule('a', alpha, ['user'], { membership: 'direct' })], { directSince: at(90) });
    const whyNot = async (direct: World['direct']) => {
      const told = await explained({ rules, facts: memberOf([alpha]), ...(direct && { direct }) });
      return told.entitlements.find(({ id }) => id === 'user')?.whyNot;
    };
    expect(await whyNot([alpha])).toBe('notReadYet');
    expect(await whyNot([deeper])).toBe('onlyNested');
    expect(await whyNot('down')).toBe('notReadYet');
  });

  it('waits for the record of somebody in a mapped group, whatever it gives', async () => {
    const rules = rulesOf([rule('a', alpha, ['user'], { guests: 'exclude' })]);
    const facts = memberOf([alpha], { type: 'guest' });
    expect(await explained({ rules, facts })).toMatchObject({ upToDate: true });
    expect(await explained({ rules, direct: [alpha], userType: 'guest' })).toMatchObject({ upToDate: false });
  });

  it('lists exceptions, and whether they are in effect', async () => {
    const exceptions = [
      exception('now', 'grant', 'admin'),
      exception('then', 'grant', 'manager', { closedDateTime: at(0) }),
    ];
    const told = await explained({ facts: memberOf([alpha]), exceptions });
    expect(told.exceptions.map(({ id, inEffect }) => [id, inEffect])).toEqual([
      ['now', true],
      ['then', false],
    ]);
  });

  it('notes what helps beside the conditions (A24)', async () => {
    const rows = [
      watchedGroup(alpha, { state: 'missing' }),
      watchedGroup(beta, { state: 'deleted' }),
      watchedGroup(gamma, { info: groupInfo(gamma, 'Gamma', { hiddenMembership: true }) }),
    ];
    const world = { facts: memberOf([alpha]), rows, populated: [beta] };
    const notes = [
      { note: 'noMail' },
      { note: 'groupMissing', groupId: alpha },
      { note: 'groupDeleted', groupId: beta },
      { note: 'groupHidden', groupId: gamma },
      { note: 'groupEmpty', groupId: gamma },
    ];
    expect((await explained({ ...world, hidden: [gamma] })).notes).toEqual(notes);
    // With the permission its members are known like others; and without an answer nobody can tell.
    const readable = notes.filter(({ note }) => note !== 'groupHidden');
    expect((await explained(world)).notes).toEqual(readable);
    expect((await explained({ ...world, hidden: 'down' })).notes).toEqual(readable);
  });
});

describe('what would be if', () => {
  it('a user joined a nested group: what contains it is joined with it', async () => {
    const { triedOut } = await explained({ facts: memberOf([beta]), direct: [beta] }, joined(deeper));
    expect(triedOut).toMatchObject({
      kind: 'joined',
      watched: true,
      groupIds: [alpha],
      exact: true,
      gained: [{ id: 'user' }],
      lost: [],
    });
  });

  it('a user left one of two ways: nothing, and the other: all that came that way', async () => {
    const facts = memberOf([alpha]);
    const two = await explained({ facts, direct: [alpha, deeper] }, left(deeper));
    expect(two.triedOut).toMatchObject({ groupIds: [], gained: [], lost: [], changed: [] });
    const one = await explained({ facts, direct: [deeper], heldBy: [alpha] }, left(deeper));
    expect(one.triedOut).toMatchObject({ groupIds: [alpha], lost: [{ id: 'user' }], heldBy: [alpha] });
  });

  it('a user left directly a group that they stay in: nothing, unless a rule wants direct members', async () => {
    const world = { direct: [alpha, deeper], heldBy: [alpha] };
    const plain = await explained({ ...world, facts: memberOf([alpha]) }, left(alpha));
    expect(plain.triedOut).toMatchObject({ groupIds: [], lost: [], heldBy: [] });
    const facts = factsOf({ [alpha]: { member: inSince(at(0)), direct: inSince(at(1)) } });
    const wanting = rulesOf([rule('a', alpha, ['user'], { membership: 'direct' })]);
    const strict = await explained({ ...world, facts, rules: wanting }, left(alpha));
    expect(strict.triedOut).toMatchObject({ groupIds: [alpha], lost: [{ id: 'user' }], heldBy: [alpha] });
    const again = await explained({ ...world, facts: memberOf([alpha]), direct: [deeper] }, joined(alpha));
    expect(again.triedOut).toMatchObject({ groupIds: [], gained: [] });
  });

  it('a user left what they are not directly in, or joined what they are directly in: it says so', async () => {
    const facts = memberOf([alpha]);
    const world = { facts, direct: [deeper] };
    expect((await explained(world, left(alpha))).triedOut).toMatchObject({ moot: 'notDirect', lost: [] });
    expect((await explained(world, joined(deeper))).triedOut).toMatchObject({ moot: 'alreadyDirect', gained: [] });
    expect((await explained(world, left(deeper))).triedOut).not.toHaveProperty('moot');
    expect((await explained(world, joined(alpha))).triedOut).not.toHaveProperty('moot');
    expect((await explained({ facts, direct: 'down' }, left(alpha))).triedOut).not.toHaveProperty('moot');
  });

  it('says that another way may lead there when the directory is out of reach', async () => {
    const { triedOut } = await explained({ facts: memberOf([alpha]), direct: 'down' }, left(nested));
    expect(triedOut).toMatchObject({ exact: false, groupIds: [alpha], lost: [{ id: 'user' }], heldBy: [] });
  });

  it('a user joined a group that is in no mapped one: nothing', async () => {
    const { triedOut } = await explained({ facts: memberOf([alpha]), direct: 'down' }, joined(groupId('f')));
    expect(triedOut).toMatchObject({ watched: false, groupIds: [], gained: [], lost: [], changed: [] });
  });
});
