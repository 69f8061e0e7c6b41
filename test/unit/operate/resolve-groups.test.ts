import { AccessDeniedError } from '../../../src/lib/errors.ts';
import type { GroupInfo } from '../../../src/lib/model/directory.ts';
import { resolveGroups } from '../../../src/lib/operate/resolve-groups.ts';
import { directoryWith, groupId, groupInfo } from '../rules/sample-document.ts';
import { tenantId } from './tenant-fakes.ts';

const [a, b, c] = [groupId('a'), groupId('b'), groupId('c')];
const groups = [
  groupInfo(a, 'Assist'),
  groupInfo(b, 'Assist', { kind: 'microsoft365', hiddenMembership: true }),
  groupInfo(c, 'Assistants', { kind: 'distribution' }),
];

function ports(given: readonly GroupInfo[] = groups) {
  const suggestGroups = async (beginning: string) =>
    given.filter(({ displayName }) => displayName.toLowerCase().startsWith(beginning.toLowerCase()));
  return { tenantId, directory: { ...directoryWith(...given), suggestGroups } };
}

const one = { id: a, displayName: 'Assist', kind: 'security group', marks: [], membersManagedIn: 'Entra admin center' };

describe('resolveGroups (R4, P6)', () => {
  it('gives every group of the name with what tells them apart', async () => {
    expect(await resolveGroups(ports(), { name: 'Assist' })).toEqual({
      tenantId,
      candidates: [
        { ...one, members: 3 },
        {
          id: b,
          displayName: 'Assist',
          kind: 'Microsoft 365 group',
          marks: ['hidden membership'],
          membersManagedIn: 'Microsoft 365 or Entra admin center',
          members: null,
        },
      ],
      suggestions: [],
    });
  });

  it('gives the group of an id', async () => {
    expect(await resolveGroups(ports(), { groupId: a })).toMatchObject({ candidates: [{ ...one, members: 3 }] });
    expect(await resolveGroups(ports(), { groupId: groupId('f') })).toEqual({
      tenantId,
      candidates: [],
      suggestions: [],
    });
  });

  it('suggests groups whose names begin alike when none has exactly this one', async () => {
    const resolved = await resolveGroups(ports(), { name: 'assist' });
    expect(resolved.candidates).toEqual([]);
    expect(resolved.suggestions.map(({ displayName }) => displayName)).toEqual(['Assist', 'Assist', 'Assistants']);
    expect((await resolveGroups(ports(), { name: 'Board' })).suggestions).toEqual([]);
  });

  it('throws when groups can not be read, which is not the same as none (A23)', async () => {
    const refuse = async () => {
      throw new AccessDeniedError('Group.Read.All is missing');
    };
    const { directory } = ports();
    const failing = resolveGroups({ tenantId, directory: { ...directory, findGroupsByName: refuse } }, { name: 'x' });
    await expect(failing).rejects.toBeInstanceOf(AccessDeniedError);
  });
});
