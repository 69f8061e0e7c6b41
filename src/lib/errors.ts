/**
 * What should happen to work that failed. Three kinds, thrown where they are known, acted upon in the queue adapter only:
 * `again` (default): the queue's own retry; `againAfter`: complete the message and send it again later, so that an outage
 * burns no attempt; `never`: trying again cannot help.
 */
export type FailureKind = 'again' | 'againAfter' | 'never';

/** Parent of every error Rolecall throws on purpose. `message` is for operators and never holds a secret or a payload. */
export class RolecallError extends Error {
  override readonly name: string = 'RolecallError';
  readonly kind: FailureKind = 'again';
}

/** The other side is throttling, unreachable or refuses us for now. `retryAfterSeconds` is what it asked for, if it did. */
export class UnavailableError extends RolecallError {
  override readonly name: string = 'UnavailableError';
  override readonly kind: FailureKind = 'againAfter';
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The other side took the call and kept silent for as long as we wait. Whoever asks next would wait as long. */
export class NoAnswerError extends UnavailableError {
  override readonly name = 'NoAnswerError';
}

/** 401 or 403 from the directory, or no token: a person has to mend a permission, a consent or a secret. */
export class AccessDeniedError extends UnavailableError {
  override readonly name = 'AccessDeniedError';
}

/** The directory answered, but not completely: a partial page, a missing inner answer, an unreadable user. Unknown, never empty. */
export class IncompleteReadingError extends RolecallError {
  override readonly name = 'IncompleteReadingError';
}

/** A message, setting or document that cannot be understood; its text says what is wrong and what would be right. */
export class InvalidInputError extends RolecallError {
  override readonly name = 'InvalidInputError';
  override readonly kind: FailureKind = 'never';
}

/** Something asked for by key is not there. */
export class NotFoundError extends RolecallError {
  override readonly name = 'NotFoundError';
  override readonly kind: FailureKind = 'never';
}

/** A conditional write lost its race more often than is sane. */
export class ConflictError extends RolecallError {
  override readonly name = 'ConflictError';
}

/** A write was attempted in a dry run. Reaching this is a defect, and the store's refusal is the promise. */
export class DryRunError extends RolecallError {
  override readonly name = 'DryRunError';
  override readonly kind: FailureKind = 'never';
}

/** The failure kind of anything thrown: ours says it, everything else is worth another attempt. */
export function failureKind(error: unknown): FailureKind {
  return error instanceof RolecallError ? error.kind : 'again';
}

/** A delta link is too old or was reset (400 syncStateNotFound, 410): a new round has to start; nothing is revoked for it. */
export class DeltaResetError extends RolecallError {
  override readonly name = 'DeltaResetError';
}

/** Graph refuses a second subscription with the same resource and change type (409). */
export class SubscriptionExistsError extends RolecallError {
  override readonly name = 'SubscriptionExistsError';
}
