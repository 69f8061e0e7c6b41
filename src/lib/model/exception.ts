import type { Entitlement } from './access.ts';

/**
 * A person's decision about one user that lives beside the directory: a row of the user's partition, closed but never deleted.
 * It is in effect from `startDateTime` (inclusive) until `endDateTime` (exclusive), unless it is closed.
 */
export interface AccessException {
  readonly id: string;
  /**
   * `grant`: the user has the entitlement in `scopes` (none: everywhere). `deny`: not in `scopes` (none: nowhere), whatever gives
   * it. `scopes`: wherever rules give it, it applies in `scopes` instead of theirs.
   */
  readonly effect: 'grant' | 'deny' | 'scopes';
  readonly entitlement: Entitlement;
  readonly scopes: readonly string[];
  readonly reason: string;
  readonly approver: string;
  /** ISO 8601, UTC. */
  readonly startDateTime: string;
  readonly endDateTime?: string;
  /** Who wrote it last, and when. */
  readonly changedBy: string;
  readonly changedDateTime: string;
  readonly closedDateTime?: string;
  readonly closedBy?: string;
}

/** Whether an exception is in effect at a time. Dates are compared as instants, not as text. */
export function isInEffect(exception: AccessException, now: Date): boolean {
  const { startDateTime, endDateTime, closedDateTime } = exception;
  const time = now.getTime();
  if (closedDateTime !== undefined || Date.parse(startDateTime) > time) return false;
  return endDateTime === undefined || Date.parse(endDateTime) > time;
}

/** These exceptions with one put among them, in the place of the one with its id, in order of id. */
export function withException(
  exceptions: readonly AccessException[],
  exception: AccessException | undefined,
): readonly AccessException[] {
  if (exception === undefined) return exceptions;
  const others = exceptions.filter(({ id }) => id !== exception.id);
  return [...others, exception].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** How an exception stands at a time. */
export type ExceptionStatus = 'scheduled' | 'inEffect' | 'ended' | 'closed';

export function exceptionStatus(exception: AccessException, now: Date): ExceptionStatus {
  if (exception.closedDateTime !== undefined) return 'closed';
  if (isInEffect(exception, now)) return 'inEffect';
  return Date.parse(exception.startDateTime) > now.getTime() ? 'scheduled' : 'ended';
}

/** True when an exception is in effect or still to come. */
export function isOpen(exception: AccessException, now: Date): boolean {
  const status = exceptionStatus(exception, now);
  return status === 'scheduled' || status === 'inEffect';
}
