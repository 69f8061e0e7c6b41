import { classifyGroup } from '../../../src/lib/directory/classify-group.ts';
import { accountTypeOf, assertReadable } from '../../../src/lib/directory/user-properties.ts';
import { readGroups } from '../../../src/lib/directory/read-groups.ts';
import { readUser } from '../../../src/lib/directory/read-user.ts';
import { AccessDeniedError, IncompleteReadingError } from '../../../src/lib/errors.ts';
import { scriptedClient } from './scripted-client.ts';

const id = 'aaaaaaaa-0000-4000-8000-000000000001';
const group = { id, displayName: 'Group', groupTypes: [], mailEnabled: false, securityEnabled: true };
const clock = { now: () => new Date(0) };

describe('a user without properties (A25)', () => {
  it.each([{ id }, { id, userPrincipalName: null, accountEnabled: null, displayName: 'left over' }])(
    'is not readable: %j',
    (user) => {
      expect(() => {
        assertReadable(user);
      }).toThrow('User.Read.All');
    },
  );

  it.each([
    { id, userPrincipalName: 'ada@example.net' },
    { id, accountEnabled: false },
  ])('is readable with one of the two every user has: %j', (user) => {
    expect(() => {
      assertReadable(user);
    }).not.toThrow();
  });

  it('makes the whole reading fail', async () => {
    const responses = [
      { id: 'user', status: 200, body: { id, userPrincipalName: null, accountEnabled: null } },
      { id: 'groups', status: 200, body: { value: [] } },
    ];
    const { client } = scriptedClient({ status: 200, body: { responses } });
    const reading = readUser({ client, clock }, id, { direct: false, priority: 'normal' });
    await expect(reading).rejects.toBeInstanceOf(AccessDeniedError);
  });
});

describe('the type of an account', () => {
  it.each([
    { userType: 'Member', accountEnabled: null, type: 'member' },
    { userType: 'Guest', accountEnabled: true, type: 'guest' },
    { userType: null, accountEnabled: true, type: 'member' },
    { userType: undefined, accountEnabled: false, type: 'member' },
    { userType: null, accountEnabled: null, type: undefined },
    { userType: 'SomethingNew', accountEnabled: true, type: undefined },
  ])('$userType beside accountEnabled $accountEnabled is $type', ({ userType, accountEnabled, type }) => {
    expect(accountTypeOf({ id, userType, accountEnabled })).toBe(type);
  });
});

describe('a group without properties', () => {
  it.each(['displayName', 'groupTypes', 'mailEnabled', 'securityEnabled'])('is not readable for lack of %s', (name) => {
    expect(() => classifyGroup({ ...group, [name]: null })).toThrow(AccessDeniedError);
  });

  it('is neither present nor gone: asking for it fails', async () => {
    const responses = [{ id, status: 200, body: { id, displayName: null } }];
    const { client } = scriptedClient({ status: 200, body: { responses } });
    await expect(readGroups(client, [id], 'normal')).rejects.toThrow('Group.Read.All');
  });

  it('is not taken for another group', async () => {
    const other = { ...group, id: id.replace('1', '2') };
    const { client } = scriptedClient({ status: 200, body: { responses: [{ id, status: 200, body: other }] } });
    await expect(readGroups(client, [id], 'normal')).rejects.toBeInstanceOf(IncompleteReadingError);
  });
});
