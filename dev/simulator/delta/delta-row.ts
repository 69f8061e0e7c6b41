import type { DirectoryChange } from '../world/change.ts';
import type { DirectoryGroup, DirectoryUser } from '../world/directory-object.ts';
import type { DirectoryView } from '../world/directory-view.ts';
import type { DeltaQuery } from './delta-token.ts';

/** One object a round tells of: as it is, with its membership changes, or as removed. */
export type DeltaRow =
  | {
      readonly kind: 'object';
      readonly object: DirectoryGroup | DirectoryUser;
      /** Properties that changed; `undefined` when the object counts as new, which shows all of it. */
      readonly changed: ReadonlySet<string> | undefined;
      readonly memberIds: readonly string[];
      /** Those of `memberIds` that are not members any more. */
      readonly left: ReadonlySet<string>;
    }
  | { readonly kind: 'removed'; readonly id: string; readonly reason: 'changed' | 'deleted' };

/** What a row list is made from. */
export interface RowSource {
  readonly view: DirectoryView;
  readonly query: DeltaQuery;
  /** Whether `members` is selected. */
  readonly members: boolean;
  /** Whether a change of this property is told. */
  readonly tracks: (property: string) => boolean;
}

const NOBODY: ReadonlySet<string> = new Set();

function isSelected({ query }: RowSource, id: string): boolean {
  return query.ids === null || query.ids.includes(id);
}

function find({ view, query }: RowSource, id: string): DirectoryGroup | DirectoryUser | undefined {
  return query.entitySet === 'groups' ? view.group(id) : view.user(id);
}

/** Reason of a removal: `changed` while the object can be restored, `deleted` once it is gone. */
function removal({ view, query }: RowSource, id: string): DeltaRow {
  const restorable = query.entitySet === 'groups' ? view.deletedGroup(id) : view.deletedUser(id);
  return { kind: 'removed', id, reason: restorable === undefined ? 'deleted' : 'changed' };
}

function wholeRow(source: RowSource, id: string, left: ReadonlySet<string> = NOBODY): DeltaRow | undefined {
  const object = find(source, id);
  if (object === undefined) return undefined;
  const present = source.members ? source.view.directMembers(id) : [];
  return {
    kind: 'object',
    object,
    changed: undefined,
    memberIds: left.size === 0 ? present : [...left, ...present],
    left,
  };
}

/** Members that left each group and have not come back, as far as the log remembers. */
function leftMembers(source: RowSource, log: readonly DirectoryChange[]): ReadonlyMap<string, ReadonlySet<string>> {
  const left = new Map<string, Set<string>>();
  for (const change of log) {
    if (change.kind !== 'memberRemoved' || source.view.hasMember(change.groupId, change.memberId)) continue;
    left.set(change.groupId, (left.get(change.groupId) ?? new Set()).add(change.memberId));
  }
  return left;
}

/** Everything there is. `withRemovals` adds what is deleted, and members that left according to `log`. */
export function firstRows(
  source: RowSource,
  withRemovals: boolean,
  log: readonly DirectoryChange[],
): readonly DeltaRow[] {
  const { view, query } = source;
  const isGroups = query.entitySet === 'groups';
  const ids = query.ids ?? (isGroups ? view.groupIds() : view.userIds());
  const left = withRemovals && source.members ? leftMembers(source, log) : new Map<string, ReadonlySet<string>>();
  const live = ids.flatMap((id) => wholeRow(source, id, left.get(id)) ?? []);
  if (!withRemovals) return live;
  const deleted = [...(isGroups ? view.deletedGroups() : view.deletedUsers())].map(({ id }) => id);
  return [...deleted.filter((id) => isSelected(source, id)).map((id) => removal(source, id)), ...live];
}

/** What happened to one object between two rounds. */
interface Story {
  isNew: boolean;
  readonly changed: Set<string>;
  /** Last word on each member: still in or not. */
  readonly members: Map<string, boolean>;
}

function subjectOf(change: DirectoryChange, entitySet: DeltaQuery['entitySet']): string | undefined {
  if ('groupId' in change) return entitySet === 'groups' ? change.groupId : undefined;
  return entitySet === 'users' ? change.userId : undefined;
}

function tell(story: Story, change: DirectoryChange): void {
  switch (change.kind) {
    case 'userCreated':
    case 'groupCreated':
    case 'userRestored':
    case 'groupRestored':
      story.isNew = true;
      return;
    case 'userUpdated':
    case 'groupUpdated':
      for (const property of Object.keys(change.properties)) story.changed.add(property);
      return;
    case 'memberAdded':
    case 'memberRemoved':
      // Kept in the order of the last event, so that a later one of the same member stands later.
      story.members.delete(change.memberId);
      story.members.set(change.memberId, change.kind === 'memberAdded');
      return;
    case 'userDeleted':
    case 'groupDeleted':
    case 'userPurged':
    case 'groupPurged':
      return;
  }
}

function laterRow(source: RowSource, id: string, story: Story): DeltaRow | undefined {
  const object = find(source, id);
  if (object === undefined) return removal(source, id);
  // A restored object comes back as if it were new, members and all.
  if (story.isNew) return wholeRow(source, id);
  const members = source.members ? [...story.members] : [];
  if (members.length === 0 && ![...story.changed].some(source.tracks)) return undefined;
  const left = new Set(members.filter(([, isIn]) => !isIn).map(([memberId]) => memberId));
  return { kind: 'object', object, changed: story.changed, memberIds: members.map(([memberId]) => memberId), left };
}

/**
 * What changed according to `log`, object by object, with the values `source.view` has now. A purge says nothing of the
 * memberships it ends, and deleting or restoring a user says nothing in any group: only the users delta tells.
 * @see https://learn.microsoft.com/graph/delta-query-groups
 */
export function laterRows(source: RowSource, log: readonly DirectoryChange[]): readonly DeltaRow[] {
  const stories = new Map<string, Story>();
  for (const change of log) {
    const id = subjectOf(change, source.query.entitySet);
    if (id === undefined || !isSelected(source, id)) continue;
    const story = stories.get(id) ?? { isNew: false, changed: new Set<string>(), members: new Map<string, boolean>() };
    stories.set(id, story);
    tell(story, change);
  }
  return [...stories].flatMap(([id, story]) => laterRow(source, id, story) ?? []);
}
