import type { AccessRecord, Assignment, Entitlement, RecordState } from './access.ts';

/** Why a change happens, in a form that can be printed and compared. */
export interface ChangeReason {
  readonly code:
    | 'memberOf'
    | 'notMemberOf'
    | 'notDirectMemberOf'
    | 'accountEnabled'
    | 'accountDisabled'
    | 'accountDeleted'
    | 'accountRestored'
    | 'guest'
    | 'rulesChanged'
    | 'default'
    | 'exception'
    | 'outranked'
    | 'conflict'
    /** What beat it before, and no longer does. */
    | 'exceptionEnded'
    | 'noLongerOutranked'
    | 'conflictEnded';
  readonly ruleId?: string;
  readonly groupId?: string;
  /** The group's name as it was at the time (P5). */
  readonly groupName?: string;
  /** What beat it: a role, an exception or a conflict rule. */
  readonly by?: string;
}

/** One change of what a user holds in effect. `privileged` marks a role whose loss is severe. */
export interface Change extends Entitlement {
  readonly type: 'grant' | 'update' | 'revoke';
  readonly before?: Assignment;
  readonly after?: Assignment;
  readonly reasons: readonly ChangeReason[];
  readonly privileged: boolean;
}

/** Graph's word for a before/after pair; `displayName` is a path such as `state` or `facts.groups.{id}.member`. */
export interface ModifiedProperty {
  readonly displayName: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

/** Who may see a row of `assignments` change: the derived rows to write for one revision. */
export interface DerivedPut {
  /** Partition suffix, for example `role|admin`, `group|{id}`, `accounts`, `upn`. */
  readonly partition: string;
  readonly rowKey: string;
  /** Whose row it is where the row key does not say so (`upn`): revisions are compared between rows of one owner only. */
  readonly owner?: string;
  /** Column values; absent for a tombstone. */
  readonly values?: Readonly<Record<string, string | boolean>>;
}

/** The record as the plan wants it, before the store gives it a revision, its hashes and the chain's head. */
export type DesiredRecord = Omit<AccessRecord, 'revision' | 'exceptionsHash' | 'auditHead' | 'updatedDateTime'>;

/** The difference to apply to one user: a value, printable; also the dry run. */
export interface Plan {
  readonly desired: DesiredRecord;
  readonly stateBefore: RecordState | undefined;
  readonly changes: readonly Change[];
  readonly modifiedProperties: readonly ModifiedProperty[];
  readonly derived: readonly DerivedPut[];
}
