import type { Access } from '../model/access.ts';
import { type ActiveRules, mappedGroups } from '../model/active-rules.ts';
import type { UnreadGroup } from './unread-groups.ts';

/** What a rule does among the users it was counted for. */
export interface RuleUse {
  readonly ruleId: string;
  /** Groups it maps, by id. */
  readonly groupIds: readonly string[];
  /** Users to whom it gives something, whether or not they would have it anyway. */
  readonly users: number;
  /**
   * `decides`: somebody would hold less or more without it. `neverDecides`: what it gives, its users have by other rules, or
   * always lose to stronger ones. `nobody`: it gives to nobody. `unread`: neither is known, because who is in its groups is yet to
   * be read. `noGroup`: it maps no group. `off`: it or its groups are off.
   */
  readonly effect: 'decides' | 'neverDecides' | 'nobody' | 'unread' | 'noGroup' | 'off';
}

/** Characters that are kept to know users apart; beyond that each is asked for, which is as right and slower. */
const room = 20_000_000;

/**
 * Finds rules that match nothing or never decide anything (R7), fed with one user after the other. Whether a rule decides is
 * asked of `decide` itself, with the rule taken out, and only until the first user for whom it does; of users who are alike one
 * is asked for. So a preview of a large tenant takes little more than deciding everybody once.
 */
export class RuleUseCount {
  readonly #rules: ActiveRules;
  readonly #users = new Map<string, number>();
  readonly #deciding = new Set<string>();
  readonly #without = new Map<string, ActiveRules>();
  readonly #asked = new Set<string>();
  #room = room;

  constructor(rules: ActiveRules) {
    this.#rules = rules;
  }

  /**
   * @param decideBy what this user has by other rules
   * @param alike the same for users of whom all rules make the same; undefined: this user is like nobody else
   */
  add(access: Access, decideBy: (rules: ActiveRules) => Access, alike?: string): void {
    const ruleIds = rulesBehind(access);
    for (const ruleId of ruleIds) this.#users.set(ruleId, (this.#users.get(ruleId) ?? 0) + 1);
    if (alike !== undefined && !this.#isNew(alike)) return;
    for (const ruleId of ruleIds) {
      if (this.#deciding.has(ruleId) || extent(access) === extent(decideBy(this.#rulesWithout(ruleId)))) continue;
      this.#deciding.add(ruleId);
      this.#without.delete(ruleId);
    }
  }

  /**
   * One entry per rule, in the order of the document.
   *
   * @param unread groups of which the users that were added say nothing yet
   */
  result(unread: readonly UnreadGroup[] = []): readonly RuleUse[] {
    const mapped = mappedGroups(this.#rules);
    const whatIsUnread = new Map(unread.map((group) => [group.groupId, group.unread]));
    return this.#rules.document.rules.map(({ id: ruleId, enabled, membership }) => {
      const groupIds = this.#rules.pins.filter((pin) => pin.ruleId === ruleId).map((pin) => pin.groupId);
      const isOff = enabled === false || (groupIds.length > 0 && !groupIds.some((groupId) => mapped.has(groupId)));
      // Who is in a group is known where only who is directly in it is not.
      const isUnread = groupIds.some((groupId) => {
        const what = whatIsUnread.get(groupId);
        return what === 'membership' || (what === 'directness' && membership === 'direct');
      });
      const effect = isOff ? 'off' : groupIds.length === 0 ? 'noGroup' : this.#effectOnUsers(ruleId, isUnread);
      return { ruleId, groupIds, users: this.#users.get(ruleId) ?? 0, effect };
    });
  }

  #effectOnUsers(ruleId: string, isUnread: boolean): RuleUse['effect'] {
    if (this.#deciding.has(ruleId)) return 'decides';
    if (isUnread) return 'unread';
    return this.#users.has(ruleId) ? 'neverDecides' : 'nobody';
  }

  #isNew(alike: string): boolean {
    if (this.#asked.has(alike)) return false;
    this.#room -= alike.length;
    if (this.#room >= 0) this.#asked.add(alike);
    return true;
  }

  #rulesWithout(ruleId: string): ActiveRules {
    const known = this.#without.get(ruleId);
    if (known !== undefined) return known;
    const rules = { ...this.#rules, pins: this.#rules.pins.filter((pin) => pin.ruleId !== ruleId) };
    this.#without.set(ruleId, rules);
    return rules;
  }
}

/** Every rule that gives something of it, also of what was beaten. */
function rulesBehind({ assignments, losers }: Access): ReadonlySet<string> {
  const sources = [...assignments, ...losers].flatMap((one) => one.sources);
  return new Set(sources.flatMap((source) => (source.origin === 'group' ? [source.ruleId] : [])));
}

/** Where each entitlement applies, whatever gives it; a suspended user counts for what they would have. */
function extent({ assignments }: Access): string {
  return JSON.stringify(assignments.map(({ kind, id, scopes, exceptScopes }) => [kind, id, scopes, exceptScopes]));
}
