import type { AccessRecord } from '../model/access.ts';
import type { AuditEntry } from '../model/audit-entry.ts';
import { type AccessException, exceptionStatus, type ExceptionStatus, isOpen } from '../model/exception.ts';
import type { UserKey } from '../model/user-key.ts';
import type { Ports } from '../ports.ts';
import type { Needs } from './needs.ts';

/** Most audit entries of one answer, newest first. */
const maxEntries = 200;

/**
 * The id behind an object id or a recorded user principal name; undefined when nobody recorded has that name. A name may have
 * moved from one person to another, and its row may be late: whom it points to is asked whether the name is theirs.
 */
export async function findUserId(
  { derived, access }: Needs<{ derived: 'rows'; access: 'read' }>,
  key: UserKey,
): Promise<string | undefined> {
  if ('userId' in key) return key.userId;
  const name = key.userPrincipalName;
  // The next key of a row of its own, so that one row is read at most.
  for await (const row of derived.rows('upn', name, `${name} `)) {
    const userId = row.rowKey === name ? row.values?.['userId'] : undefined;
    if (typeof userId !== 'string') return undefined;
    const { record } = await access.read(userId);
    return record?.identity.userPrincipalName?.toLowerCase() === name ? userId : undefined;
  }
  return undefined;
}

/** The record of one user: what is held, in which scopes, and why; beside it the exceptions in effect and those to come. */
export async function readAccess(
  { access, clock }: Needs<{ access: 'read' }> & Pick<Ports, 'clock'>,
  userId: string,
): Promise<(AccessRecord & { readonly exceptions: readonly ShownException[] }) | undefined> {
  const { record, exceptions } = await access.read(userId);
  if (record === undefined) return undefined;
  const now = clock.now();
  return { ...record, exceptions: exceptions.filter((exception) => isOpen(exception, now)).map(shownAt(now)) };
}

/** An exception, and how it stands. */
export type ShownException = AccessException & { readonly status: ExceptionStatus };

/** Every exception of one user, closed ones included, in order of id; undefined for somebody who is not recorded. */
export async function readExceptions(
  { access, clock }: Needs<{ access: 'read' }> & Pick<Ports, 'clock'>,
  userId: string,
): Promise<readonly ShownException[] | undefined> {
  const { record, exceptions } = await access.read(userId);
  return record && exceptions.map(shownAt(clock.now()));
}

function shownAt(now: Date): (exception: AccessException) => ShownException {
  return (exception) => ({ ...exception, status: exceptionStatus(exception, now) });
}

/** The newest audit entries of one user. */
export async function readHistory(
  ports: Needs<{ access: 'history' }>,
  userId: string,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly complete: boolean }> {
  const entries: AuditEntry[] = [];
  for await (const entry of ports.access.history(userId)) {
    if (entries.length === maxEntries) return { entries, complete: false };
    entries.push(entry);
  }
  return { entries, complete: true };
}
