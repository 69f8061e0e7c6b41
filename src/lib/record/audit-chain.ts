/**
 * The hash chain over one user's audit entries. Each entry holds the hash of the record it led to and of the entry before;
 * the record holds the hash of the last entry. So an entry that was altered, dropped, added or moved breaks the chain,
 * unless everything after it and the record are rewritten with it.
 */
import type { AccessRecord } from '../model/access.ts';
import type { AuditEntry } from '../model/audit-entry.ts';
import type { Plan } from '../model/plan.ts';
import type { Cause } from '../model/stored-access.ts';
import { canonicalHash } from './canonical-json.ts';

/** Every so many revisions an entry carries the whole record. */
export const snapshotEvery = 50;

/** Hash of a record's content: all of it but the head of the chain, which comes from the entry. */
export function recordHash(record: Omit<AccessRecord, 'auditHead'>): string {
  return canonicalHash({ ...record, auditHead: undefined });
}

/** Hash of an entry without its `hash`. */
export function entryHash(entry: Omit<AuditEntry, 'hash'>): string {
  return canonicalHash({ ...entry, hash: undefined });
}

/** The record that a plan leads to, with the audit entry that proves it. */
export function nextLink(
  before: Pick<AccessRecord, 'revision' | 'auditHead'> | undefined,
  plan: Plan,
  cause: Cause,
  now: string,
  { snapshots = true, exceptionsHash }: { readonly snapshots?: boolean; readonly exceptionsHash?: string } = {},
): { readonly record: AccessRecord; readonly entry: AuditEntry } {
  const revision = (before?.revision ?? 0) + 1;
  const hashed = exceptionsHash === undefined ? {} : { exceptionsHash };
  const content = { ...plan.desired, ...hashed, revision, updatedDateTime: now };
  const takesSnapshot = snapshots && revision % snapshotEvery === 0;
  const entry = {
    tenantId: content.tenantId,
    userId: content.userId,
    revision,
    activityDateTime: now,
    initiatedBy: cause.initiatedBy,
    reason: cause.reason,
    causeId: cause.causeId,
    rulesVersion: content.rulesVersion,
    changes: plan.changes,
    modifiedProperties: plan.modifiedProperties,
    recordHash: recordHash(content),
    previousHash: before?.auditHead ?? '',
    // The snapshot's own head is that of the entry before: the present one is not known until the entry is complete.
    ...(takesSnapshot ? { snapshot: { ...content, auditHead: before?.auditHead ?? '' } } : {}),
  };
  const hash = entryHash(entry);
  return { record: { ...content, auditHead: hash }, entry: { ...entry, hash } };
}

/** The first place, from the oldest entry on, where a history is not what was written. */
export interface BrokenLink {
  readonly revision: number;
  /** `altered`: an entry; `recordAltered`: the record is not what its last entry says. */
  readonly fault: 'altered' | 'dropped' | 'reordered' | 'recordAltered';
}

/**
 * Checks a whole history against its record.
 *
 * @param entries newest first, as `AccessStore.history` gives them
 * @returns the oldest broken link, or undefined for a history that is whole
 */
export function verifyChain(entries: readonly AuditEntry[], record: AccessRecord): BrokenLink | undefined {
  const oldestFirst = entries.toReversed();
  const known = new Set(entries.map((entry) => entry.revision));
  let previousHash = '';
  for (const [index, entry] of oldestFirst.entries()) {
    const revision = index + 1;
    const moved = known.has(revision) || entry.revision < revision;
    if (entry.revision !== revision) return { revision, fault: moved ? 'reordered' : 'dropped' };
    if (entryHash(entry) !== entry.hash || entry.previousHash !== previousHash) return { revision, fault: 'altered' };
    previousHash = entry.hash;
  }
  const last = oldestFirst.at(-1);
  if ((last?.revision ?? 0) < record.revision) return { revision: (last?.revision ?? 0) + 1, fault: 'dropped' };
  const whole = record.auditHead === last?.hash && recordHash(record) === last.recordHash;
  return whole ? undefined : { revision: record.revision, fault: 'recordAltered' };
}
