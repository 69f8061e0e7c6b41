import type { Access, ConflictFinding, Identity, RecordState } from '../model/access.ts';
import { type AccessDifference, compareAccess, takesSomething } from './compare-access.ts';

/** What a proposed rules document makes of one user. Nothing of what stays as it is is listed. */
export interface UserPreview extends AccessDifference, Identity {
  readonly userId: string;
  /** Absent: nobody is recorded yet. */
  readonly stateBefore?: RecordState;
  readonly state: RecordState;
  /** Conflicts that the recorded access does not have. */
  readonly newConflicts: readonly ConflictFinding[];
  /** Something is taken: an entitlement altogether, or in some scope. */
  readonly loses: boolean;
  /** Something is given: an entitlement, or some scope of one. */
  readonly gains: boolean;
}

/** Before and after of one user. Undefined when neither what is held in effect nor a conflict differs. */
export function previewUser(
  user: { readonly userId: string; readonly identity: Identity },
  recorded: Access | undefined,
  desired: Access,
): UserPreview | undefined {
  const difference = compareAccess(recorded, desired);
  const known = new Set(recorded?.conflicts.map(conflictKey));
  const newConflicts = desired.conflicts.filter((finding) => !known.has(conflictKey(finding)));
  const { gained, lost, changed } = difference;
  if (gained.length + lost.length + changed.length + newConflicts.length === 0) return undefined;
  return {
    userId: user.userId,
    ...user.identity,
    ...(recorded === undefined ? {} : { stateBefore: recorded.state }),
    state: desired.state,
    ...difference,
    newConflicts,
    loses: takesSomething(difference),
    gains: takesSomething(compareAccess(desired, recorded ?? nothing)),
  };
}

const nothing: Access = { state: 'active', assignments: [], losers: [], conflicts: [] };

function conflictKey(finding: ConflictFinding): string {
  return JSON.stringify(finding);
}
