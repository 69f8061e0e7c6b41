import type { Access } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import type { Facts } from '../model/facts.ts';
import type { RecordedAccess } from '../model/stored-access.ts';
import { inEffect } from '../plan/changes.ts';
import { decide } from '../plan/decide.ts';
import { previewUser, type UserPreview } from '../plan/preview-user.ts';
import { type RuleUse, RuleUseCount } from '../plan/rule-use.ts';
import { type ListedMembership, type UnreadGroup, withListed } from '../plan/unread-groups.ts';
import type { Stranger } from './read-strangers.ts';

/** Most users of each kind in an answer. */
const maxListed = 1000;

/** Numbers of users; they are complete, however many are listed. */
export interface PreviewCounts {
  readonly recorded: number;
  /** Recorded users who hold something in effect. */
  readonly holders: number;
  /** Recorded users who lose something: what publishing counts, and asks for beyond the threshold. */
  readonly losers: number;
  readonly gainers: number;
  /** Users of whom anything differs in effect, be it only why they hold it. */
  readonly affected: number;
  readonly withNewConflicts: number;
}

export interface WalkResult {
  readonly counts: PreviewCounts;
  /** Those who lose something, then those who only gain, then the others: each by id, each at most 1,000. */
  readonly users: readonly UserPreview[];
  /** False when more users are affected than are listed. */
  readonly complete: boolean;
  readonly rules: readonly RuleUse[];
}

/** Takes one user after the other, in order of id, and keeps what a preview says of them. Its memory is bounded. */
export class PreviewWalk {
  readonly #rules: ActiveRules;
  readonly #unread: readonly UnreadGroup[];
  readonly #now: Date;
  readonly #use: RuleUseCount;
  readonly #lists = { losers: new CappedList(), gainers: new CappedList(), others: new CappedList() };
  readonly #counts = {
    recorded: 0,
    holders: 0,
    losers: 0,
    gainers: 0,
    affected: 0,
    withNewConflicts: 0,
  };

  constructor(rules: ActiveRules, unread: readonly UnreadGroup[], now: Date) {
    this.#rules = rules;
    this.#unread = unread;
    this.#now = now;
    this.#use = new RuleUseCount(rules);
  }

  /** @param listed what reading the unread groups shows; undefined: in none, or not read */
  recorded({ record, exceptions }: RecordedAccess, listed: ListedMembership | undefined): void {
    const counts = this.#counts;
    counts.recorded += 1;
    if (inEffect(record).length > 0) counts.holders += 1;
    const { facts } = record;
    const known = listed === undefined ? facts : this.#read(facts, listed);
    this.#take(record, record, this.#decided(known, exceptions));
  }

  /** Somebody who is not recorded and is in an unread group. */
  stranger({ account, ...user }: Stranger, listed: ListedMembership | undefined): void {
    this.#take(user, undefined, this.#decided(this.#read({ account, groups: {} }, listed), []));
  }

  /** @param notListed unread groups that were not read */
  result(notListed: readonly UnreadGroup[]): WalkResult {
    const { losers, gainers, others } = this.#lists;
    const lists = [losers, gainers, others];
    return {
      counts: { ...this.#counts },
      users: lists.flatMap((list) => list.users),
      complete: lists.every((list) => list.complete),
      rules: this.#use.result(notListed),
    };
  }

  #read(facts: Facts, listed: ListedMembership | undefined): Facts {
    return withListed(facts, this.#unread, listed, this.#now.toISOString());
  }

  #decided(facts: Facts, exceptions: Decided['exceptions']): Decided {
    return { facts, exceptions, access: decide(facts, this.#rules, exceptions, this.#now) };
  }

  #take(user: Parameters<typeof previewUser>[0], recorded: Access | undefined, decided: Decided): void {
    const { facts, exceptions, access } = decided;
    this.#use.add(access, (rules) => decide(facts, rules, exceptions, this.#now), alike(decided));
    const preview = previewUser(user, recorded, access);
    if (preview === undefined) return;
    const counts = this.#counts;
    counts.affected += 1;
    if (preview.loses) counts.losers += 1;
    if (preview.gains) counts.gainers += 1;
    if (preview.newConflicts.length > 0) counts.withNewConflicts += 1;
    const { losers, gainers, others } = this.#lists;
    (preview.loses ? losers : preview.gains ? gainers : others).add(preview);
  }
}

/** One user as the proposed rules decide. */
interface Decided {
  readonly facts: Facts;
  readonly exceptions: RecordedAccess['exceptions'];
  readonly access: Access;
}

/** Everything that rules say depends on; an exception is one user's own. */
function alike({ facts: { account }, exceptions, access }: Decided): string | undefined {
  return exceptions.length > 0 ? undefined : JSON.stringify([account?.type, access]);
}

class CappedList {
  readonly users: UserPreview[] = [];
  complete = true;

  add(user: UserPreview): void {
    if (this.users.length < maxListed) this.users.push(user);
    else this.complete = false;
  }
}
