import fc from 'fast-check';
import type { AccessRecord } from '../../../src/lib/model/access.ts';
import type { AuditEntry } from '../../../src/lib/model/audit-entry.ts';
import { auditEntrySchema } from '../../../src/lib/model/audit-entry-schema.ts';
import { entryHash, nextLink, verifyChain } from '../../../src/lib/record/audit-chain.ts';
import { canonicalJson } from '../../../src/lib/record/canonical-json.ts';
import { assignment, buildPlan, cause } from '../../record/build-plan.ts';

const user = { tenantId: 'tenant', userId: 'user' };

/** A history of so many changes, newest first, and its record. */
function build(length: number): { entries: AuditEntry[]; record: AccessRecord } {
  const entries: AuditEntry[] = [];
  let record: AccessRecord | undefined;
  for (let index = 0; index < length; index += 1) {
    const stored = record === undefined ? { outbox: [], exceptions: [] } : { record, outbox: [], exceptions: [] };
    const plan = buildPlan({ ...user, roles: [assignment(`role-${index}`)], stored });
    const link = nextLink(record, plan, cause, `2026-11-01T00:00:${String(index).padStart(2, '0')}Z`);
    record = link.record;
    entries.unshift(link.entry);
  }
  if (record === undefined) throw new Error('A history has at least one change.');
  return { entries, record };
}

describe('canonical JSON', () => {
  it.each([
    [{ b: 1, a: [{ d: undefined, c: null }] }, '{"a":[{"c":null}],"b":1}'],
    [[undefined, 'x"'], '[null,"x\\""]'],
    ['text', '"text"'],
  ])('writes %j as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('does not depend on the order of keys, and says everything JSON says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('the audit chain', () => {
  it('is whole as it was written, also through JSON and with keys in another order', () => {
    const { entries, record } = build(5);
    expect(verifyChain(entries, record)).toBeUndefined();
    const stored = entries.map((entry) => auditEntrySchema.parse(JSON.parse(canonicalJson(entry))));
    expect(verifyChain(stored, record)).toBeUndefined();
  });

  it('carries a snapshot of the whole record every 50 revisions', () => {
    const { entries, record } = build(50);
    expect(entries.filter(({ snapshot }) => snapshot).map(({ revision }) => revision)).toEqual([50]);
    expect(entries[0]?.snapshot).toMatchObject({ revision: 50, assignments: record.assignments });
  });

  const history = fc.integer({ min: 1, max: 6 }).chain((length) => fc.tuple(fc.constant(length), fc.nat(length - 1)));
  const alterations = fc.constantFrom<(entry: AuditEntry) => AuditEntry>(
    (entry) => ({ ...entry, initiatedBy: 'somebody else' }),
    (entry) => ({ ...entry, changes: [] }),
    (entry) => ({ ...entry, previousHash: 'x' }),
    (entry) => ({ ...entry, recordHash: 'x' }),
    (entry) => ({ ...entry, hash: 'x' }),
    (entry) => ({ ...entry, activityDateTime: '2020-01-01T00:00:00Z' }),
  );

  it('names the entry that was altered', () => {
    fc.assert(
      fc.property(history, alterations, ([length, at], alter) => {
        const { entries, record } = build(length);
        const altered = entries.with(at, alter(entries[at] ?? fail()));
        expect(verifyChain(altered, record)).toEqual({ revision: length - at, fault: 'altered' });
      }),
    );
  });

  it('names an altered entry whose hash was mended, by the entry after it or by the record', () => {
    const { entries, record } = build(3);
    for (const at of [0, 1, 2]) {
      const { hash, ...forged } = { ...(entries[at] ?? fail()), initiatedBy: 'somebody else' };
      const found = verifyChain(entries.with(at, { ...forged, hash: entryHash(forged) }), record);
      expect(found).toEqual(
        at === 0 ? { revision: 3, fault: 'recordAltered' } : { revision: 3 - at + 1, fault: 'altered' },
      );
    }
  });

  it('names the entry that was dropped', () => {
    fc.assert(
      fc.property(history, ([length, at]) => {
        const { entries, record } = build(length);
        expect(verifyChain(entries.toSpliced(at, 1), record)).toEqual({ revision: length - at, fault: 'dropped' });
      }),
    );
  });

  it('names the oldest of two entries that changed places', () => {
    const { entries, record } = build(4);
    const [fourth, third, second, first] = entries;
    if (!first || !second || !third || !fourth) fail();
    expect(verifyChain([third, fourth, second, first], record)).toEqual({ revision: 3, fault: 'reordered' });
    expect(verifyChain([fourth, third, first, second], record)).toEqual({ revision: 1, fault: 'reordered' });
  });

  it('notices an entry too many, and a record that is not what its last entry says', () => {
    const { entries, record } = build(3);
    expect(verifyChain([...entries.slice(0, 1), ...entries], record)).toEqual({ revision: 4, fault: 'reordered' });
    const edited = { ...record, assignments: [assignment('admin')] };
    expect(verifyChain(entries, edited)).toEqual({ revision: 3, fault: 'recordAltered' });
    expect(verifyChain(entries, { ...record, auditHead: 'x' })).toEqual({ revision: 3, fault: 'recordAltered' });
  });
});

function fail(): never {
  throw new Error('The history is shorter than the test thinks.');
}
