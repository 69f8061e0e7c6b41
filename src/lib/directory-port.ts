import type {
  DeltaPage,
  GroupAnswer,
  GroupDeltaEntry,
  GroupInfo,
  MemberEntry,
  Priority,
  SubscriptionInfo,
  UserEntry,
  WantedSubscription,
} from './model/directory.ts';
import type { UserReading } from './model/reading.ts';

/** Entra ID through Microsoft Graph, read only. A method returns a complete answer or throws (promise 1). */
export interface Directory {
  /**
   * One `$batch` of the user and `getMemberGroups`, plus `memberOf` when `direct`. After a 404, one more batch of the recycle
   * bin and `groups/{id}` tells what the id is.
   */
  readUser(userId: string, options: { readonly direct: boolean; readonly priority: Priority }): Promise<UserReading>;
  /** One `$batch` of `GET /groups/{id}` per 20 ids. */
  readGroups(groupIds: readonly string[], priority: Priority): Promise<ReadonlyMap<string, GroupAnswer>>;
  /** Groups that each group is directly in. One `$batch` of `GET /groups/{id}/memberOf` per 20 ids; a group that is not there is left out. */
  readParents(groupIds: readonly string[], priority: Priority): Promise<ReadonlyMap<string, readonly string[]>>;
  /** True when the recycle bin holds the group. */
  isGroupDeleted(groupId: string): Promise<boolean>;
  /** Pages of a group's members: flattened, or direct only. Throws on any page that fails: what came before is then void. */
  listMembers(
    groupId: string,
    options: { readonly transitive: boolean; readonly priority: Priority },
  ): AsyncIterable<readonly MemberEntry[]>;
  /** Pages of all users with `id, accountEnabled, userType` and the identity attributes. */
  listUsers(priority: Priority): AsyncIterable<readonly UserEntry[]>;
  /** One page of a groups delta round. Start with group ids (at most 50), go on with a link. Throws DeltaResetError on 410 and expiry. */
  groupsDelta(
    start: { readonly groupIds: readonly string[] } | { readonly link: string },
  ): Promise<DeltaPage<GroupDeltaEntry>>;
  /** One page of a users delta round; `now` starts one with an empty page (`$deltatoken=latest`). Throws DeltaResetError on 410 and expiry. */
  usersDelta(start: { readonly now: true } | { readonly link: string }): Promise<DeltaPage<UserEntry>>;
  /** Exact, case-sensitive display name to every group that has it. */
  findGroupsByName(displayName: string): Promise<readonly GroupInfo[]>;
  /** Pages of all groups of the tenant. Throws on any page that fails: what came before is then void. */
  listGroups(priority: Priority): AsyncIterable<readonly GroupInfo[]>;
  /** A few groups whose names begin so, whatever the capitals: for a person who looks for one. */
  suggestGroups(beginning: string): Promise<readonly GroupInfo[]>;
  /** Users in a group, nested ones included, for people to tell groups apart; undefined when it can't be read. Never a base for decisions. */
  countMembers(group: GroupInfo): Promise<number | undefined>;
  listSubscriptions(): Promise<readonly SubscriptionInfo[]>;
  createSubscription(wanted: WantedSubscription): Promise<SubscriptionInfo>;
  /** Renews and reauthorizes in one call; undefined when it no longer exists (404). */
  renewSubscription(id: string, expirationDateTime: string): Promise<SubscriptionInfo | undefined>;
  deleteSubscription(id: string): Promise<void>;
}
