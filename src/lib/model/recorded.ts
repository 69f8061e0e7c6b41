import type { AccountFact, GroupFact } from './facts.ts';
import type { DerivedPut } from './plan.ts';

export interface RecordedMember {
  readonly userId: string;
  readonly fact: GroupFact;
}

export interface RecordedAccount {
  readonly userId: string;
  readonly fact: AccountFact;
  readonly displayName?: string;
  readonly userPrincipalName?: string;
  readonly mail?: string;
}

/** A derived row as it is stored. */
export interface DerivedRow extends DerivedPut {
  readonly revision: number;
  /** The storage service's own time of the last write. */
  readonly writtenDateTime: string;
}
