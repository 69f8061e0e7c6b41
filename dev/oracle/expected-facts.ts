import type { DirectoryView } from '../simulator/world/directory-view.ts';
import { either, without } from './sets.ts';

/** What a hold keeps of one user although the directory says otherwise, as the stored record has it. */
export interface HeldFacts {
  /** Groups in which a membership is pending revocation, and those in which only its directness is. */
  readonly member: ReadonlySet<string>;
  readonly direct: ReadonlySet<string>;
  /** The account while its own change is held, with the groups recorded then: a user who is gone has no list of groups. */
  readonly account?: {
    readonly state: 'enabled' | 'disabled';
    readonly type: 'member' | 'guest';
    readonly member: ReadonlySet<string>;
    readonly direct: ReadonlySet<string>;
  };
}

/** What should be known of one user: the directory's truth together with what holds keep. */
export interface ExpectedFacts {
  readonly state: 'enabled' | 'disabled' | 'deleted';
  readonly type: 'member' | 'guest';
  /** Every group the user counts as being in, mapped or not; `pending` are those that only a hold keeps. */
  readonly member: ReadonlySet<string>;
  readonly direct: ReadonlySet<string>;
  readonly pendingMember: ReadonlySet<string>;
  readonly pendingDirect: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();
const noHolds: HeldFacts = { member: nothing, direct: nothing };

/** Looks at the primary copy of the directory and lays the open holds over it. */
export function expectedFacts(directory: DirectoryView, userId: string, held: HeldFacts = noHolds): ExpectedFacts {
  const user = directory.user(userId);
  if (user === undefined) return goneFacts(held);
  const inDirectory = new Set(directory.transitiveGroupsOf(userId));
  const directlyIn = new Set(directory.directGroupsOf(userId));
  const pendingMember = without(held.member, inDirectory);
  const pendingDirect = without(held.direct, directlyIn);
  return {
    state: held.account?.state ?? (user.accountEnabled ? 'enabled' : 'disabled'),
    type: user.userType === 'Guest' ? 'guest' : 'member',
    member: either(inDirectory, pendingMember),
    direct: either(directlyIn, pendingDirect),
    pendingMember,
    pendingDirect,
  };
}

/** Nobody there any more: everything ends, unless the deletion itself is held. */
function goneFacts(held: HeldFacts): ExpectedFacts {
  const { account } = held;
  const pending = { pendingMember: held.member, pendingDirect: held.direct };
  if (account) return { ...account, ...pending };
  return {
    state: 'deleted',
    type: 'member',
    member: nothing,
    direct: nothing,
    pendingMember: nothing,
    pendingDirect: nothing,
  };
}
