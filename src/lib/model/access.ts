import type { Facts } from './facts.ts';

export const entitlementKinds = ['role', 'businessFunction', 'team', 'permission'] as const;
export type EntitlementKind = (typeof entitlementKinds)[number];

/** Something a user can hold in the application. */
export interface Entitlement {
  readonly kind: EntitlementKind;
  readonly id: string;
}

/** Why an assignment exists. `groupName` is the name as it was when the source was recorded. */
export type Source =
  | { readonly origin: 'group'; readonly ruleId: string; readonly groupId: string; readonly groupName: string }
  | { readonly origin: 'exception'; readonly exceptionId: string }
  | { readonly origin: 'default' };

/** An entitlement held in a set of scopes (none: everywhere), with every source that gives it. Lists are sorted. */
export interface Assignment extends Entitlement {
  readonly scopes: readonly string[];
  /** Scopes in which something took it away from somebody who has it everywhere else; only where `scopes` is empty. */
  readonly exceptScopes?: readonly string[];
  readonly sources: readonly Source[];
  /** Set when only facts kept by a hold still give it. */
  readonly pendingSince?: string;
}

/** What is given and not effective, with what beat it and where (no scopes: everywhere but in `exceptScopes`). */
export interface Loser extends Entitlement {
  readonly scopes: readonly string[];
  readonly exceptScopes?: readonly string[];
  readonly sources: readonly Source[];
  readonly reason: 'outranked' | 'denied' | 'conflict';
  /** The role, exception or conflict rule that took precedence. */
  readonly by: string;
}

/**
 * Two roles that must not be held together, the stronger first. `report`: both are in effect. `withhold`: the weaker is not, in
 * these scopes (none: everywhere but in `exceptScopes`), and is among the losers.
 */
export interface ConflictFinding {
  readonly conflictId: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly exceptScopes?: readonly string[];
  readonly action: 'report' | 'withhold';
}

export type RecordState = 'active' | 'suspended' | 'removed';

/** What `decide` finds a user should have. `assignments` are what a suspended user would have, too. */
export interface Access {
  readonly state: RecordState;
  readonly assignments: readonly Assignment[];
  readonly losers: readonly Loser[];
  readonly conflicts: readonly ConflictFinding[];
}

/** Attributes for people; never keys. A user without a usable address has no `mail`. */
export interface Identity {
  readonly displayName?: string;
  readonly userPrincipalName?: string;
  readonly mail?: string;
}

/** The stored record of one user: what is held, why, and the facts it was decided from. */
export interface AccessRecord extends Access {
  readonly tenantId: string;
  readonly userId: string;
  readonly revision: number;
  readonly rulesVersion: number;
  readonly identity: Identity;
  readonly facts: Facts;
  /** SHA-256 (hex) of the user's exceptions, closed ones included; absent while there are none. */
  readonly exceptionsHash?: string;
  /** Hash of the audit entry of this revision: the head of the user's chain. */
  readonly auditHead: string;
  readonly updatedDateTime: string;
}
