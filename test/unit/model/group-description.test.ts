import { type GroupInfo, isProtected } from '../../../src/lib/model/directory.ts';
import { describeGroup } from '../../../src/lib/model/group-description.ts';

const plain: GroupInfo = {
  id: 'g',
  displayName: 'G',
  kind: 'security',
  dynamic: false,
  onPremisesSynced: false,
  roleAssignable: false,
  hiddenMembership: false,
};

const entra = 'Entra admin center';
const exchange = 'Exchange admin center';
const rule = 'its dynamic membership rule (Entra admin center)';
const onPremises = 'on-premises Active Directory';

describe('describeGroup (E2, E3)', () => {
  it.each<[Partial<GroupInfo>, string, readonly string[], string]>([
    [{}, 'security group', [], entra],
    [{ kind: 'mailEnabledSecurity' }, 'mail-enabled security group', [], exchange],
    [{ kind: 'distribution' }, 'distribution group', [], exchange],
    [{ kind: 'microsoft365' }, 'Microsoft 365 group', [], 'Microsoft 365 or Entra admin center'],
    [{ dynamic: true }, 'security group', ['dynamic membership'], rule],
    [{ kind: 'microsoft365', dynamic: true }, 'Microsoft 365 group', ['dynamic membership'], rule],
    [{ onPremisesSynced: true }, 'security group', ['synced from on-premises'], onPremises],
    [{ kind: 'distribution', onPremisesSynced: true }, 'distribution group', ['synced from on-premises'], onPremises],
    [{ roleAssignable: true }, 'security group', ['role-assignable'], entra],
    [
      { kind: 'microsoft365', hiddenMembership: true },
      'Microsoft 365 group',
      ['hidden membership'],
      'Microsoft 365 or Entra admin center',
    ],
  ])('%j', (special, kind, marks, membersManagedIn) => {
    expect(describeGroup({ ...plain, ...special })).toEqual({ kind, marks, membersManagedIn });
  });
});

describe('isProtected', () => {
  it.each<[Partial<GroupInfo>, boolean]>([
    [{}, false],
    [{ kind: 'microsoft365', dynamic: true, hiddenMembership: true }, false],
    [{ roleAssignable: true }, true],
    [{ onPremisesSynced: true }, true],
  ])('%j: %s', (special, expected) => {
    expect(isProtected({ ...plain, ...special })).toBe(expected);
  });
});
