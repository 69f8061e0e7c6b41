import type { AccessRecord } from '../model/access.ts';
import type { AuditEntry } from '../model/audit-entry.ts';
import type { Needs } from './needs.ts';

/** Most audit entries of one answer, newest first. */
const maxEntries = 200;

/** How a caller names a user. */
type UserKey = { readonly userId: string } | { readonly userPrincipalName: string };

/** The id behind an object id or a recorded user principal name; undefined when nobody recorded has that name. */
export async function findUserId({ derived }: Needs<{ derived: 'rows' }>, key: UserKey): Promise<string | undefined> {
  if ('userId' in key) return key.userId;
  const name = key.userPrincipalName;
  // The next key of a row of its own, so that one row is read at most.
  for await (const row of derived.rows('upn', name, `${name} `)) {
    const userId = row.rowKey === name ? row.values?.['userId'] : undefined;
    return typeof userId === 'string' ? userId : undefined;
  }
  return undefined;
}

/** The record of one user: what is held, in which scopes, and why. */
export async function readAccess(ports: Needs<{ access: 'read' }>, userId: string): Promise<AccessRecord | undefined> {
  return (await ports.access.read(userId)).record;
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
