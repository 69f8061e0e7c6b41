/**
 * What we know of the directory about one user, with the time since when. Facts come from readings by `learn`
 * (plan/learn.ts) and are stored in the record, so that a new rules document can be tried without asking Graph.
 */

/**
 * One continuous in or out. `since` is when the reading that showed it was complete (ISO 8601, UTC). An absent spell
 * means out; an out is kept only after it replaced an in, until it is older than the directory's replication lag.
 */
export interface Spell {
  readonly in: boolean;
  readonly since: string;
  /** Set while a hold keeps an `in` that readings no longer show: when it was first found gone. */
  readonly pendingSince?: string;
}

/** Membership of one mapped group: at all (direct or nested), and directly where some rule maps the group as `direct`. */
export interface GroupFact {
  readonly member: Spell;
  readonly direct?: Spell;
}

export type AccountState = 'enabled' | 'disabled' | 'deleted';
export type AccountType = 'member' | 'guest';

/** The account itself. `pendingSince` is set while a hold keeps a state that readings no longer show. */
export interface AccountFact {
  readonly state: AccountState;
  readonly since: string;
  readonly type: AccountType;
  readonly typeSince: string;
  readonly pendingSince?: string;
}

/** All facts of one user; `groups` is keyed by group id and holds mapped groups only. */
export interface Facts {
  readonly account?: AccountFact;
  readonly groups: Readonly<Record<string, GroupFact>>;
}

export const noFacts: Facts = { groups: {} };
