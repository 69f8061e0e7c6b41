import type { Pin } from '../../../src/lib/model/active-rules.ts';
import type { WaitingGroup } from '../../../src/lib/model/waiting-group.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import { listGroups } from '../../../src/lib/operate/list-groups.ts';
import { readGroup } from '../../../src/lib/operate/read-group.ts';
import type { Directory } from '../../../src/lib/ports.ts';
import { watchedGroup } from '../detect/fake-tenant.ts';
import { activeRules, directoryWith, documentOf, groupId, groupInfo, rule } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { since } from './tenant-fakes.ts';

const [a, b, c, d] = [groupId('a'), groupId('b'), groupId('c'), groupId('d')];
const pattern = { group: { displayNamePattern: 'App{Env}' } };
const document = documentOf([rule('id'), rule('app', pattern), rule('name', { group: { displayName: 'Beta' } })]);

function pinOf(ruleId: string, id: string, special: Partial<Pin> = {}): Pin {
  return { ruleId, groupId: id, displayName: 'then', mappedSince: since, ...special };
}

function waitingOf(ruleId: string, id: string): WaitingGroup {
  return { ruleId, groupId: id, info: groupInfo(id, 'Waits'), since };
}

const rules = activeRules(document, [
  pinOf('id', a),
  pinOf('app', a, { parts: { Env: 'Dev' } }),
  pinOf('name', b),
  pinOf('gone', d),
]);
const hiding = groupInfo(b, 'Beta', { hiddenMembership: true });
const synced = watchedGroup(a, { displayName: 'now', info: groupInfo(a, 'now', { onPremisesSynced: true }) });

/** `directory`: as it answers for groups that hide their members; nobody else is asked. */
function ports(
  waiting: readonly WaitingGroup[] = [],
  more: readonly WatchedGroup[] = [],
  directory: Pick<Directory, 'readGroups'> = unexpectedPorts().directory,
) {
  const watched = [synced, watchedGroup(c, { mapped: false }), ...more];
  return {
    log: unexpectedPorts().log,
    directory,
    rules: { active: async () => rules },
    watched: { list: async () => watched, find: async (id: string) => watched.find((each) => each.groupId === id) },
    waiting: { list: async () => waiting },
    derived: {
      members: async function* () {
        yield* [];
      },
    },
  };
}

const containing = (part: string): unknown => expect.stringContaining(part);

describe('listGroups', () => {
  it('shows each mapped group with its present name, what it is, where its members are managed, and its rules', async () => {
    expect((await listGroups(ports()))?.groups).toEqual([
      {
        groupId: a,
        displayName: 'now',
        kind: 'security group',
        marks: ['synced from on-premises'],
        membersManagedIn: 'on-premises Active Directory',
        state: 'present',
        rules: [{ ruleId: 'id' }, { ruleId: 'app', parts: { Env: 'Dev' } }],
        mappedSince: since,
      },
      { groupId: b, displayName: 'then', state: 'unknown', rules: [{ ruleId: 'name' }], mappedSince: since },
    ]);
  });

  it('shows what waits and how to let it in, unless the rules have moved on since it was found', async () => {
    const waiting = [waitingOf('app', c), waitingOf('name', c), waitingOf('app', a), waitingOf('gone', c)];
    expect((await listGroups(ports(waiting)))?.waiting).toMatchObject([
      {
        ruleId: 'app',
        groupId: c,
        displayName: 'Waits',
        kind: 'security group',
        remedy: containing('publish'),
      },
      { ruleId: 'name', groupId: c, remedy: containing('object id') },
    ]);
  });

  it.each<[string, Pick<Directory, 'readGroups'>, string]>([
    ['without the permission', directoryWith(hiding), 'hidden'],
    ['with it', { readGroups: async () => new Map([[b, { evidence: 'present', info: hiding }]]) }, 'present'],
    ['that is not there', directoryWith(), 'present'],
    ['that can not be asked', { readGroups: async () => Promise.reject(new Error('down')) }, 'present'],
  ])('says whether the members of a group that hides them may be read: %s (E3)', async (_case, directory, state) => {
    const given = ports([], [watchedGroup(b, { info: hiding })], directory);
    expect((await listGroups(given))?.groups).toMatchObject([{ state: 'present' }, { groupId: b, state }]);
    expect(await readGroup(given, b)).toMatchObject({ marks: ['hidden membership'], state });
  });

  it('has nothing to show without rules', async () => {
    expect(await listGroups({ ...ports(), rules: { active: async () => undefined } })).toBeUndefined();
  });
});

describe('readGroup', () => {
  it('shows the present name, what the group is and where its members are managed (E2)', async () => {
    expect(await readGroup(ports(), a)).toEqual({
      groupId: a,
      displayName: 'now',
      kind: 'security group',
      marks: ['synced from on-premises'],
      membersManagedIn: 'on-premises Active Directory',
      mappedSince: since,
      ruleIds: ['id', 'app'],
      state: 'present',
      recorded: 0,
      pending: 0,
    });
    expect(await readGroup(ports(), b)).toMatchObject({ displayName: 'then', state: 'unknown' });
    expect(await readGroup(ports(), c)).toBeUndefined();
  });

  it('names the rules that apply, and none that is switched off', async () => {
    const off = documentOf([rule('id'), rule('app', { ...pattern, enabled: false })]);
    const some = { active: async () => activeRules(off, [pinOf('id', a), pinOf('app', a)]) };
    expect(await readGroup({ ...ports(), rules: some }, a)).toMatchObject({ ruleIds: ['id'] });
  });
});
