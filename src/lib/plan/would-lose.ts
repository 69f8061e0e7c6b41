import type { AccessRecord, Entitlement } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import type { Facts } from '../model/facts.ts';
import { accountsLedger } from '../model/hold.ts';
import type { RecordedAccess } from '../model/stored-access.ts';
import { inEffect } from './changes.ts';
import { compareAccess, takesSomething } from './compare-access.ts';
import { decide } from './decide.ts';

/** Something held in effect that a waiting loss would take, altogether or in some scopes. */
export interface WouldLose extends Entitlement {
  /** Where it is held now; none: everywhere. */
  readonly scopes: readonly string[];
  /** Where it stays, if it is not taken altogether. */
  readonly keeps?: readonly string[];
}

/** What somebody who waits in a ledger would lose if the loss passed: a person who approves decides about this. */
export function wouldLose(
  { record, exceptions }: RecordedAccess,
  ledger: string,
  rules: ActiveRules,
  now: Date,
): readonly WouldLose[] {
  if (ledger === accountsLedger) return inEffect(record).map(({ kind, id, scopes }) => ({ kind, id, scopes }));
  const { lost, changed } = compareAccess(record, decide(without(record, ledger), rules, exceptions, now));
  const narrowed = changed.filter((one) => takesSomething({ gained: [], lost: [], changed: [one] }));
  return [
    ...lost.map(({ kind, id, scopes }) => ({ kind, id, scopes })),
    ...narrowed.map(({ before: { kind, id, scopes }, after }) => ({ kind, id, scopes, keeps: after.scopes })),
  ];
}

/** The facts once the loss has passed. Where directness alone waits, the user stays a member through another group. */
function without({ facts }: AccessRecord, groupId: string): Facts {
  const { [groupId]: lost, ...groups } = facts.groups;
  const onlyDirect = lost?.direct?.pendingSince !== undefined && lost.member.pendingSince === undefined;
  return { ...facts, groups: onlyDirect ? { ...groups, [groupId]: { member: lost.member } } : groups };
}
