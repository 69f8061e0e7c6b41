import { z } from 'zod';
import {
  AccessDeniedError,
  DeltaResetError,
  IncompleteReadingError,
  RolecallError,
  UnavailableError,
} from '../errors.ts';

/** An answer that is not a success, reduced to what decides: never its message (Microsoft Graph, "Errors"). */
export interface GraphFailure {
  readonly status: number;
  /** `code` of the error and of every inner error, outermost first. */
  readonly codes: readonly string[];
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
}

/** What was asked, for the sentence of an error: the path without ids' query, and the permission that the call takes. */
export interface AskedCall {
  readonly method: string;
  readonly path: string;
  readonly permission: string;
  /** True when a delta link was followed: a refused link means that a new round must start. */
  readonly followsDelta?: boolean;
}

const innerSchema = z.looseObject({ code: z.string().optional(), 'request-id': z.string().optional() });
const bodySchema = z.object({ error: innerSchema });
const MOST_NESTED = 5;

/** Reads the error envelope; both spellings of the inner error occur, and inner errors may nest further. */
export function parseFailure(
  status: number,
  header: (name: string) => string | null | undefined,
  body: unknown,
): GraphFailure {
  const codes: string[] = [];
  let requestId = header('request-id') ?? undefined;
  let inner = bodySchema.safeParse(body).data?.error;
  for (let depth = 0; inner !== undefined && depth < MOST_NESTED; depth += 1) {
    if (inner.code !== undefined && inner.code !== '') codes.push(inner.code);
    requestId ??= inner['request-id'];
    inner = innerSchema.safeParse(inner['innerError'] ?? inner['innererror']).data;
  }
  const seconds = retryAfterSeconds(header('retry-after'), header('date'));
  return {
    status,
    codes,
    ...(requestId === undefined ? {} : { requestId }),
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  };
}

/**
 * `Retry-After` in seconds: a number, or an HTTP date, which is measured against the answer's own `Date` (RFC 9110, 10.2.3).
 * Undefined when there is none or it is neither.
 */
export function retryAfterSeconds(
  value: string | null | undefined,
  answered: string | null | undefined,
): number | undefined {
  if (value === null || value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const wait = (Date.parse(value) - Date.parse(answered ?? '')) / 1000;
  return Number.isFinite(wait) ? Math.max(0, Math.ceil(wait)) : undefined;
}

/** Graph says a delta link or page link is too old with one of these (delta query overview; paging guidance; observed). */
const REFUSED_LINK_STATUSES = [400, 404, 410];

/** The error that says what to do about a failure. Decided by status and codes only. */
export function failureError(failure: GraphFailure, asked: AskedCall): RolecallError {
  const { status } = failure;
  const what =
    `Microsoft Graph answered ${status} ${failure.codes[0] ?? ''}`.trimEnd() + ` to ${asked.method} ${asked.path}`;
  if (status === 429 || status === 408 || (status >= 500 && status !== 501)) {
    const { retryAfterSeconds: seconds } = failure;
    return new UnavailableError(`${what}.`, seconds === undefined ? {} : { retryAfterSeconds: seconds });
  }
  if (status === 401) return new AccessDeniedError(`${what}: a new access token was refused as well.`);
  if (status === 403) return new AccessDeniedError(`${what}: ${forbiddenBecause(failure, asked)}`);
  if (asked.followsDelta === true && REFUSED_LINK_STATUSES.includes(status)) return new DeltaResetError(`${what}.`);
  if (status === 410 || failure.codes.includes('syncStateNotFound')) return new DeltaResetError(`${what}.`);
  if (status === 404) return new IncompleteReadingError(`${what}: not found now, which proves nothing.`);
  return new RolecallError(`${what}.`);
}

function forbiddenBecause({ codes }: GraphFailure, { permission }: AskedCall): string {
  // Graph answers ExtensionError for a full quota and for a missing permission alike (observed).
  const quota = codes.includes('ExtensionError') ? ' Or the quota of subscriptions is used up.' : '';
  return (
    `the application permission ${permission} is missing, or configured but without an administrator's consent, ` +
    `or the consent is too fresh to be in effect.${quota}`
  );
}
