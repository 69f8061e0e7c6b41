import { canonicalHash } from '../../src/lib/record/canonical-json.ts';
import { createTenantAudit } from '../../src/lib/record/tenant-audit.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

const decision = (causeId: string) => ({
  initiatedBy: 'anna',
  action: 'approveHold' as const,
  causeId,
  details: { ledger: 'g', through: 3 },
});

describe('the audit of a tenant', () => {
  it('is one chain, newest first, whoever writes at once', async () => {
    const tenantId = freshId();
    const audits = [1, 2, 3].map(() => createTenantAudit(test.tables, tenantId, testClock()));
    await Promise.all(
      audits.flatMap((audit, at) => [audit.append(decision(`${at}a`)), audit.append(decision(`${at}b`))]),
    );
    const entries = (await collect(createTenantAudit(test.tables, tenantId, testClock()).history())).toReversed();
    expect(entries.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6]);
    let previousHash = '';
    for (const { hash, ...content } of entries) {
      expect(content.previousHash).toBe(previousHash);
      expect(canonicalHash(content)).toBe(hash);
      previousHash = hash;
    }
    expect(entries.map(({ causeId }) => causeId).toSorted()).toEqual(['0a', '0b', '1a', '1b', '2a', '2b']);
  });

  it('has one entry for a decision whose answer was lost', async () => {
    const audit = createTenantAudit(test.tables, freshId(), testClock());
    await audit.append(decision('first'));
    test.loseAnswers(1);
    const entry = await audit.append(decision('second'));
    expect(await collect(audit.history())).toMatchObject([entry, { causeId: 'first' }]);
    expect(await collect(audit.history())).toHaveLength(2);
  });
});
