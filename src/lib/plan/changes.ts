import type { Access, AccessRecord, Assignment, Identity } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import type { AccessException } from '../model/exception.ts';
import type { Facts } from '../model/facts.ts';
import type { Change, DesiredRecord, ModifiedProperty, Plan } from '../model/plan.ts';
import { derivedChanges } from './derived-rows.ts';
import { deservesRecord } from './desired-access.ts';
import { modifiedProperties } from './modified-properties.ts';
import { grantReasons, revokeReasons } from './reasons.ts';
import { compareEntitlements, compareText, entitlementKey } from './unite.ts';

/** Where a plan starts and where it should end. */
export interface Difference {
  readonly tenantId: string;
  readonly userId: string;
  readonly recorded: AccessRecord | undefined;
  readonly identity: Identity;
  readonly facts: Facts;
  readonly access: Access;
  readonly rules: ActiveRules;
  /** Every exception of the user, those that are over included. */
  readonly exceptions: readonly AccessException[];
}

/**
 * The plan: grants, updates and revokes, each with its reasons, and everything else of the record that changes. Undefined when
 * there is nothing to do (promise 4), or the user gets no record.
 */
export function changes(difference: Difference): Plan | undefined {
  const { recorded } = difference;
  if (!deservesRecord({ ...difference, isRecorded: recorded !== undefined })) return undefined;
  const plan = planFor(difference);
  return recorded && plan.modifiedProperties.length === 0 ? undefined : plan;
}

/**
 * The plan of a revision that is written whatever else changes: a person's exception, or the repair of rows that somebody else
 * wrote. `also` are its own before/after pairs.
 */
export function planFor(difference: Difference, also: readonly ModifiedProperty[] = []): Plan {
  const { recorded, facts, access } = difference;
  const desired: DesiredRecord = {
    tenantId: difference.tenantId,
    userId: difference.userId,
    rulesVersion: difference.rules.version,
    identity: difference.identity,
    facts,
    ...access,
  };
  const named = new Set(also.map(({ displayName }) => displayName));
  const others = modifiedProperties(recorded, desired).filter(({ displayName }) => !named.has(displayName));
  return {
    desired,
    stateBefore: recorded?.state,
    changes: effectiveChanges(difference),
    modifiedProperties: [...others, ...also].sort((a, b) => compareText(a.displayName, b.displayName)),
    derived: derivedChanges(recorded, desired),
  };
}

/** Assignments in effect: a suspended or removed user holds none. */
export function inEffect(record: Pick<Access, 'state' | 'assignments'> | undefined): readonly Assignment[] {
  return record?.state === 'active' ? record.assignments : [];
}

function effectiveChanges(difference: Difference): readonly Change[] {
  const { recorded, access, rules } = difference;
  const before = new Map(inEffect(recorded).map((assignment) => [entitlementKey(assignment), assignment]));
  const after = new Map(inEffect(access).map((assignment) => [entitlementKey(assignment), assignment]));
  const privileged = new Set(rules.document.roles.filter((role) => role.privileged === true).map((role) => role.id));
  const change = (a: Assignment | undefined, b: Assignment | undefined): Change | undefined => {
    const subject = b ?? a;
    if (!subject || JSON.stringify(a) === JSON.stringify(b)) return undefined;
    return {
      type: a ? (b ? 'update' : 'revoke') : 'grant',
      kind: subject.kind,
      id: subject.id,
      ...(a ? { before: a } : {}),
      ...(b ? { after: b } : {}),
      reasons: b ? grantReasons(b, a, difference) : revokeReasons(subject, difference),
      privileged: subject.kind === 'role' && privileged.has(subject.id),
    };
  };
  return [...new Set([...before.keys(), ...after.keys()])]
    .flatMap((key) => change(before.get(key), after.get(key)) ?? [])
    .sort(compareEntitlements);
}
