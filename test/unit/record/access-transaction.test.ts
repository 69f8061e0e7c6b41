import type { AccessRecord, Assignment } from '../../../src/lib/model/access.ts';
import type { AccountFact, Facts, GroupFact } from '../../../src/lib/model/facts.ts';
import { rulesDocumentSchema } from '../../../src/lib/model/rules-document.ts';
import { changes } from '../../../src/lib/plan/changes.ts';
import { feedSummary } from '../../../src/lib/plan/feed-summary.ts';
import type { StoredAccess } from '../../../src/lib/model/stored-access.ts';
import { recordRows } from '../../../src/lib/record/access-rows.ts';
import {
  accessTransaction,
  largestGrowingRecord,
  type AccessTransaction,
} from '../../../src/lib/record/access-transaction.ts';
import { requestSize } from '../../../src/lib/record/transaction-limits.ts';

const since = '2026-11-01T00:00:00.000Z';
const account: AccountFact = { state: 'enabled', since, type: 'member', typeSince: since };
const document = rulesDocumentSchema.parse({ roles: [], rules: [] });
const user = { tenantId: '5d3c2f1e-0a4b-4c6d-8e7f-102938475665', userId: '11111111-2222-4333-8444-555555555555' };
const base = { ...user, identity: { displayName: 'Anna' }, rules: { version: 1, document, pins: [] } };
const cause = { initiatedBy: 'Rolecall', reason: 'notification', causeId: 'cause' };

interface Shape {
  readonly groupName: string;
  /** Sources of each assignment. */
  readonly sources: number;
  readonly facts: boolean;
  readonly revision: number;
}

function assignmentOf(index: number, { groupName, sources }: Shape): Assignment {
  const from = Array.from({ length: sources }, (_, source) => ({
    origin: 'group' as const,
    ruleId: `r${index}-${source}`,
    groupId: groupId(index),
    groupName,
  }));
  return { kind: 'role', id: `role-${index}`, scopes: [], sources: from };
}

/** A record as large as it may grow, made of what this shape says. */
function largest(shape: Shape): AccessRecord {
  const recordOf = (count: number): AccessRecord => {
    const indices = Array.from({ length: count }, (_, index) => index);
    const fact: GroupFact = { member: { in: true, since }, direct: { in: true, since } };
    const groups = Object.fromEntries((shape.facts ? indices : [0]).map((index) => [groupId(index), fact]));
    const access = { state: 'active' as const, losers: [], conflicts: [] };
    const assignments = indices.map((index) => assignmentOf(index, shape));
    const stored = { revision: shape.revision, rulesVersion: 1, auditHead: '', updatedDateTime: since };
    return { ...user, identity: base.identity, facts: { account, groups }, assignments, ...access, ...stored };
  };
  const each = (requestSize(recordRows(recordOf(20))) - requestSize(recordRows(recordOf(10)))) / 10;
  const record = recordOf(Math.floor((largestGrowingRecord / each) * 0.98));
  expect(requestSize(recordRows(record))).toBeGreaterThan(0.9 * largestGrowingRecord);
  return record;
}

function write(
  recorded: AccessRecord | undefined,
  facts: Facts,
  access: Pick<AccessRecord, 'state' | 'assignments'>,
): AccessTransaction {
  const plan = changes({ ...base, exceptions: [], recorded, facts, access: { losers: [], conflicts: [], ...access } });
  if (!plan) throw new Error('There is something to change.');
  const stored: StoredAccess = recorded
    ? { record: recorded, etag: 'W/"1"', outbox: [], exceptions: [] }
    : { outbox: [], exceptions: [] };
  return accessTransaction({ stored, plan, feed: feedSummary(plan), cause, now: since });
}

/** Bytes of the request, headers of each row included. */
function sizeOf({ actions }: AccessTransaction): number {
  return actions.reduce((sum, [, row]) => sum + 700 + Buffer.byteLength(JSON.stringify(row)), 0);
}

describe('the transaction of a change', () => {
  const shapes: [string, Shape][] = [
    ['many roles from many groups', { groupName: 'Engineering', sources: 1, facts: true, revision: 1 }],
    ['roles with many sources', { groupName: 'Engineering', sources: 20, facts: false, revision: 1 }],
    ['names in a script of three bytes', { groupName: '技'.repeat(256), sources: 1, facts: true, revision: 1 }],
    ['names full of quotes', { groupName: '"'.repeat(200), sources: 1, facts: true, revision: 1 }],
    ['and a snapshot is due', { groupName: 'Engineering', sources: 1, facts: true, revision: 49 }],
  ];

  it.each(shapes)('can always take everything from the largest record: %s', (_name, shape) => {
    const record = largest(shape);
    const removed = { ...account, state: 'deleted' as const };
    const all = write(record, { account: removed, groups: {} }, { state: 'removed', assignments: [] });
    expect(all.record.assignments).toEqual([]);
    expect(sizeOf(all)).toBeLessThan(4 * 1024 * 1024);
    const suspended = write(
      record,
      { ...record.facts, account: { ...account, state: 'disabled' } },
      { ...record, state: 'suspended' },
    );
    expect(sizeOf(suspended)).toBeLessThan(4 * 1024 * 1024);
  });

  it.each(shapes)('can give all of the largest record at once: %s', (_name, shape) => {
    const { facts, assignments } = largest(shape);
    const given = write(undefined, facts, { state: 'active', assignments });
    expect(sizeOf(given)).toBeLessThan(4 * 1024 * 1024);
  });
});

function groupId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}
