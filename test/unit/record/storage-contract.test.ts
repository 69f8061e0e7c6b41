import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { auditRows, outboxRows, recordRows } from '../../../src/lib/record/access-rows.ts';
import { nextLink } from '../../../src/lib/record/audit-chain.ts';
import { feedRow } from '../../../src/lib/record/change-feed.ts';
import { tableNames } from '../../../src/lib/record/connect-tables.ts';
import { derivedRow } from '../../../src/lib/record/derived-rows.ts';
import { derivedRows } from '../../../src/lib/plan/derived-rows.ts';
import { assignment, buildPlan, cause } from '../../record/build-plan.ts';

const text = readFileSync(resolve(__dirname, '../../../docs/storage.md'), 'utf8');
const documented = new Set([...text.matchAll(/`([A-Za-z]+)`/g)].map(([, name]) => name));

const user = { tenantId: 'tenant', userId: 'user' };
const plan = buildPlan({ ...user, roles: [{ ...assignment('admin'), pendingSince: '2026-11-01T00:00:00Z' }] });
const { record, entry } = nextLink({ revision: 49, auditHead: 'h' }, plan, cause, '2026-11-01T00:00:00Z');
const whole = { ...record, identity: { ...record.identity, mail: 'anna@contoso.com' } };
const feed = { userId: 'user', revision: 1, state: 'active', severity: 'normal' as const, granted: [], revoked: [] };
const rows = [
  ...recordRows(whole),
  ...auditRows(entry),
  ...outboxRows('tenant|user', { revision: 1, derived: plan.derived, feed }),
  ...[...derivedRows(whole).values()].map((put) => derivedRow('tenant', put, 1)),
  feedRow('tenant', feed, new Date(0)),
];

describe('docs/storage.md', () => {
  it('names every table', () => {
    for (const name of tableNames) expect(documented).toContain(name);
  });

  it('names every column of a row that applications may read, and each row has its version', () => {
    expect(rows).toHaveLength(8);
    for (const { partitionKey, rowKey, ...columns } of rows) {
      expect(columns).toHaveProperty('v', 1);
      for (const name of Object.keys(columns)) expect([name, documented.has(name)]).toEqual([name, true]);
    }
  });
});
