import { z } from 'zod';
import { RolecallError } from '../../errors.ts';
import { middleware, requestOf } from './step.ts';

/** POSTs that only read (Microsoft Graph reference: getMemberGroups, checkMemberGroups, getByIds). */
const READ_ACTIONS = [
  /^\/(users|groups|directoryobjects)\/[^/]+\/(getmembergroups|checkmembergroups)$/,
  /^\/directoryobjects\/getbyids$/,
];
const SUBSCRIPTIONS = /^\/subscriptions(\/[^/]+(\/reauthorize)?)?$/;

const batchSchema = z.object({ requests: z.array(z.object({ method: z.string(), url: z.string() })) });

/**
 * Last link before the wire: nothing but GETs, the read actions, batches of these, and calls on `/subscriptions` leaves the
 * process (P7, promise 8). Anything else is a defect and is refused, whoever asks.
 */
export function readOnly() {
  return middleware(async (context, next) => {
    const { method, url, body } = requestOf(context);
    const path = belowVersion(url.pathname);
    if (!isAllowed(method, path, body)) {
      throw new RolecallError(`Refused to send ${method} ${path}: Rolecall only reads the directory.`);
    }
    await next();
  });
}

function isAllowed(method: string, path: string, body: unknown): boolean {
  if (isRead(method, path) || SUBSCRIPTIONS.test(path)) return true;
  return method === 'POST' && path === '/$batch' && isBatchOfReads(body);
}

function isRead(method: string, path: string): boolean {
  return method === 'GET' || (method === 'POST' && READ_ACTIONS.some((action) => action.test(path)));
}

function isBatchOfReads(body: unknown): boolean {
  if (typeof body !== 'string') return false;
  const parsed = batchSchema.safeParse(JSON.parse(body));
  return (
    parsed.success && parsed.data.requests.every(({ method, url }) => isRead(method.toUpperCase(), innerPath(url)))
  );
}

function innerPath(url: string): string {
  return new URL(url.replace(/^\/?/, '/'), 'https://batch.invalid').pathname.toLowerCase();
}

function belowVersion(pathname: string): string {
  return pathname.toLowerCase().replace(/^\/v1\.0(?=\/)/, '');
}
