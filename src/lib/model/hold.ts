/** The name under which disabled and deleted accounts are claimed. */
export const accountsLedger = 'accounts';

/**
 * One ledger's `hold` row: what losses have passed, and whether further ones wait for a person. Latched: time never ends a
 * hold. Each end starts a new `epoch`, so rows of the one before speak no more.
 */
export interface Hold {
  /** Group id, or `accounts`. */
  readonly ledger: string;
  readonly epoch: number;
  /** Number of the last loss row written in this ledger; approvals name numbers. */
  readonly lastNumber: number;
  /** Members at the last complete comparison or approval; undefined before the first. */
  readonly base: number | undefined;
  /** Losses that passed since the base was counted: so many of it are gone. */
  readonly lostSinceBase: number;
  /** When the last of them passed; undefined: none. */
  readonly lastPassedDateTime?: string;
  /** Losses that passed since the last approval, by bucket start (ISO 8601); buckets older than the window are dropped. */
  readonly passed: Readonly<Record<string, number>>;
  readonly held: boolean;
  readonly heldSince?: string;
  readonly reason?: 'lossThreshold' | 'groupDeleted';
  /** Rows of this epoch that wait. */
  readonly pending: number;
  /** Approved epochs: rows numbered up to `through` pass when their `since` is unchanged, `until` then (ISO 8601). */
  readonly approvals: readonly { readonly epoch: number; readonly through: number; readonly until: string }[];
}

/** One claimed loss. */
export interface LossRow {
  readonly userId: string;
  /** `since` of the fact that is lost. */
  readonly since: string;
  readonly epoch: number;
  readonly number: number;
  readonly pending: boolean;
  readonly claimedDateTime: string;
}

/** A loss as it is brought to the ledger. */
export interface LossClaim {
  readonly ledger: string;
  readonly userId: string;
  readonly since: string;
  /** A confirmed deleted group is held whatever the numbers, unless the policy says `revoke`. */
  readonly groupDeleted: boolean;
}

/** When the listing of a complete comparison began, and the directory's replication lag in milliseconds. */
export interface ListingTime {
  readonly startedAt: Date;
  readonly lagMilliseconds: number;
}
