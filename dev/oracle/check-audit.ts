import { canonicalHash, canonicalJson } from './canonical-hash.ts';
import type { ChainLink, StoredAuditEntry, Tables } from './read-tables.ts';
import type { StoredRecord } from './stored-record.ts';

/** Promise 3: exactly one entry per revision, an unbroken chain that ends in the record, and entries that tell the whole way. */
export function checkAudit(tables: Tables, name: (userId: string) => string): string[] {
  const byUser = Map.groupBy(tables.auditEntries, ({ userId }) => userId);
  const records = new Map(tables.records.map((record) => [record.userId, record]));
  const strangers = [...byUser.keys()].filter((userId) => !records.has(userId));
  return [
    ...strangers.map((userId) => `There are audit entries of ${name(userId)} but no record.`),
    ...tables.records.flatMap((record) =>
      checkHistory(
        record,
        (byUser.get(record.userId) ?? []).toSorted((a, b) => a.revision - b.revision),
      ).map((fault) => `Audit of ${name(record.userId)}: ${fault}`),
    ),
  ];
}

function checkHistory(record: StoredRecord, entries: readonly StoredAuditEntry[]): string[] {
  const faults = checkChain(entries, { revision: record.revision, hash: record.auditHead });
  for (const entry of entries) {
    if (entry.changes.length === 0 && entry.modifiedProperties.length === 0) {
      faults.push(`entry ${entry.revision} tells of no change.`);
    }
  }
  if (entries.at(-1)?.recordHash !== canonicalHash(record.content)) {
    faults.push('the record is not what its last entry says.');
  }
  return [...faults, ...checkReplay(record, entries)];
}

/** The same chain over the decisions of people. */
export function checkDecisions({ decisions, decisionHead }: Tables): string[] {
  const entries = decisions.toSorted((a, b) => a.revision - b.revision);
  const head = decisionHead ?? { revision: 0, hash: '' };
  return checkChain(entries, head).map((fault) => `Decisions of the tenant: ${fault}`);
}

function checkChain(entries: readonly ChainLink[], head: Pick<ChainLink, 'revision' | 'hash'>): string[] {
  const faults: string[] = [];
  const revisions = entries.map(({ revision }) => revision);
  const wanted = Array.from({ length: head.revision }, (_, index) => index + 1);
  if (revisions.join() !== wanted.join()) {
    faults.push(`revisions ${revisions.join(', ')} instead of 1 to ${head.revision}.`);
  }
  let previousHash = '';
  for (const entry of entries) {
    if (canonicalHash(entry.content) !== entry.hash) faults.push(`entry ${entry.revision} is not what its hash says.`);
    if (entry.previousHash !== previousHash) faults.push(`entry ${entry.revision} does not follow the one before.`);
    previousHash = entry.hash;
  }
  if (head.hash !== previousHash) faults.push('the head does not point to the last entry.');
  return faults;
}

/** Every grant, update and revoke in turn leads from nothing to what the record says is in effect. */
function checkReplay(record: StoredRecord, entries: readonly StoredAuditEntry[]): string[] {
  const faults: string[] = [];
  const held = new Map<string, string>();
  for (const { revision, changes } of entries) {
    for (const { type, kind, id, before, after } of changes) {
      const key = `${kind} ${id}`;
      if (canonicalJson(before) !== (held.get(key) ?? '')) {
        faults.push(`entry ${revision}: the ${type} of ${key} starts from something else than was held.`);
      }
      if (type === 'revoke') held.delete(key);
      else held.set(key, canonicalJson(after));
    }
  }
  const inEffect = record.state === 'active' ? record.assignments.map(canonicalJson) : [];
  if (inEffect.sort().join() !== [...held.values()].sort().join()) {
    faults.push('the changes of all entries do not add up to what the record says is in effect.');
  }
  return faults;
}
