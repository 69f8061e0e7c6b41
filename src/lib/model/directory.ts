import type { GroupEvidence } from './reading.ts';

/** Kinds of Entra groups, in the order they are told apart: `Unified` first, then the mail and security flags. */
export type GroupKind = 'microsoft365' | 'security' | 'mailEnabledSecurity' | 'distribution';

/** What Rolecall knows of a group, as Graph gives it. */
export interface GroupInfo {
  readonly id: string;
  readonly displayName: string;
  readonly kind: GroupKind;
  readonly dynamic: boolean;
  readonly onPremisesSynced: boolean;
  readonly roleAssignable: boolean;
  readonly hiddenMembership: boolean;
}

/** Not everybody may create such a group or rename one so: its name can be trusted. */
export function isProtected({ roleAssignable, onPremisesSynced }: GroupInfo): boolean {
  return roleAssignable || onPremisesSynced;
}

/** One entry of a user listing or delta; `undefined` inside means unknown. `removed`: the entry is a tombstone. */
export interface UserEntry {
  readonly id: string;
  readonly accountEnabled?: boolean;
  readonly userType?: 'member' | 'guest';
  readonly displayName?: string;
  readonly userPrincipalName?: string;
  readonly mail?: string;
  readonly removed?: 'changed' | 'deleted';
}

export interface MemberEntry {
  readonly id: string;
  readonly type: 'user' | 'group' | 'other';
}

/** One entry of a groups delta. `removed` is the group's own tombstone; members carry whether they joined or left. */
export interface GroupDeltaEntry {
  readonly id: string;
  readonly displayName?: string;
  readonly removed?: 'changed' | 'deleted';
  readonly members: readonly (MemberEntry & { readonly left: boolean })[];
}

/** One page of a delta round: `next` goes on, `delta` ends the round and is the only link worth storing. */
export interface DeltaPage<T> {
  readonly entries: readonly T[];
  readonly next?: string;
  readonly delta?: string;
}

/** A Graph subscription of ours. `resource` is `groups` or `users`. */
export interface SubscriptionInfo {
  readonly id: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly expirationDateTime: string;
}

export type Priority = 'normal' | 'low';

/** What a group says when asked by id. */
export interface GroupAnswer {
  /** `unknown` when it does not answer (404) or hides its membership from us. */
  readonly evidence: Exclude<GroupEvidence, 'deleted'>;
  readonly info?: GroupInfo;
}

export interface WantedSubscription {
  readonly resource: 'groups' | 'users';
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string;
  readonly expirationDateTime: string;
  /** Random, only Graph is told; the table keeps its SHA-256. */
  readonly clientState: string;
}
