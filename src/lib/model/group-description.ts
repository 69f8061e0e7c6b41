import type { GroupInfo, GroupKind } from './directory.ts';

/** A group in words, for people who have to find it or mend its members. */
export interface GroupDescription {
  readonly kind: string;
  /** What else is special about it, for example that its members follow a rule. */
  readonly marks: readonly string[];
  /** Where its members can be changed; anywhere else the change is refused or lost (E2, E3). */
  readonly membersManagedIn: string;
}

/** A group as Graph gives it, for machines, with where its members are managed, for people. */
export interface ShownGroup extends GroupInfo, Pick<GroupDescription, 'membersManagedIn'> {}

export function showGroup(info: GroupInfo): ShownGroup {
  return { ...info, membersManagedIn: managedIn(info) };
}

const kinds: Readonly<Record<GroupKind, string>> = {
  security: 'security group',
  mailEnabledSecurity: 'mail-enabled security group',
  distribution: 'distribution group',
  microsoft365: 'Microsoft 365 group',
};

/** What a group is and where its members are managed. */
export function describeGroup(info: Omit<GroupInfo, 'id' | 'displayName'>): GroupDescription {
  const marks = [
    ...(info.dynamic ? ['dynamic membership'] : []),
    ...(info.onPremisesSynced ? ['synced from on-premises'] : []),
    ...(info.roleAssignable ? ['role-assignable'] : []),
    ...(info.hiddenMembership ? ['hidden membership'] : []),
  ];
  return { kind: kinds[info.kind], marks, membersManagedIn: managedIn(info) };
}

/** A synced group is mastered on premises whatever its kind; then a rule leaves nobody else a say. */
function managedIn({ kind, dynamic, onPremisesSynced }: Omit<GroupInfo, 'id' | 'displayName'>): string {
  if (onPremisesSynced) return 'on-premises Active Directory';
  if (dynamic) return 'its dynamic membership rule (Entra admin center)';
  if (kind === 'mailEnabledSecurity' || kind === 'distribution') return 'Exchange admin center';
  return kind === 'microsoft365' ? 'Microsoft 365 or Entra admin center' : 'Entra admin center';
}
