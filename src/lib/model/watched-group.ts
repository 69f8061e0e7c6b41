import type { GroupInfo } from './directory.ts';

/** A mapped group or one nested in it. */
export interface WatchedGroup {
  readonly groupId: string;
  readonly displayName: string;
  readonly mapped: boolean;
  readonly info?: GroupInfo;
  /** Mapped groups that contain it, directly or nested; itself is not among them. */
  readonly parents: readonly string[];
  readonly state: 'present' | 'missing' | 'deleted';
  /** When it first did not answer (`missing`), or its deletion was confirmed (`deleted`). */
  readonly stateSince: string;
}

/** A subscription of ours as stored: hashes only, never the clientState. */
export interface StoredSubscription {
  readonly resource: 'groups' | 'users';
  readonly subscriptionId?: string;
  readonly expirationDateTime?: string;
  readonly clientStateHash: string;
  readonly previousClientStateHash?: string;
  readonly notificationUrl: string;
}
