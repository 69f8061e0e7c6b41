import fc from 'fast-check';
import { packRows, type Row, pieceLength, splitText, unpackRows } from '../../../src/lib/record/entity-codec.ts';

const keys = { partitionKey: 't|u', rowKey: 'record' };

/** Bytes that a row counts for in the service ("How the size of an entity is calculated"). */
function entitySize({ partitionKey, rowKey, ...columns }: Row): number {
  return Object.entries(columns).reduce(
    (sum, [name, value]) => sum + 8 + 2 * name.length + (typeof value === 'string' ? 2 * value.length + 4 : 8),
    4 + 2 * (partitionKey.length + rowKey.length),
  );
}

describe('long values in rows', () => {
  it('keeps a small row as it is', () => {
    const rows = packRows(keys, { state: 'active', revision: 3, assigned: true, mail: undefined });
    expect(rows).toEqual([{ ...keys, state: 'active', revision: 3, assigned: true }]);
  });

  it('splits texts so that they join to the same, in pieces that are never too long and never part a pair', () => {
    const text = fc.string({ unit: fc.oneof(fc.constant('😀'), fc.constant('a'), fc.constant('é')), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 9 }), (whole, length) => {
        const parts = splitText(whole, length);
        expect(parts.join('')).toBe(whole);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(length);
          expect(part.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('brings back any columns, with a pair across the border of a property', () => {
    const long = fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', '😀', '"'), fc.integer({ min: 0, max: 70_000 }))
      .map(([lead, unit, count]) => 'a'.repeat(lead) + unit.repeat(count));
    const name = fc
      .string({ unit: fc.constantFrom('a', 'b', 'X', 'Z', '0', '9'), minLength: 1, maxLength: 6 })
      .map((tail) => `c${tail}`);
    const columns = fc.dictionary(name, fc.oneof(long, fc.integer(), fc.boolean()), { maxKeys: 8 });
    fc.assert(
      fc.property(columns, (values) => {
        const { moreRows, partitionKey, rowKey, ...unpacked } = unpackRows(packRows(keys, values));
        expect(unpacked).toEqual({ ...values });
        expect([partitionKey, rowKey]).toEqual([keys.partitionKey, keys.rowKey]);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps every row below 1 MiB, 252 properties and 32,768 units, and counts the further rows', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}`, index]));
    const rows = packRows(keys, { facts: '"'.repeat(2_000_000), ...many });
    for (const row of rows) {
      expect(entitySize(row)).toBeLessThan(1_048_576);
      expect(Object.keys(row).length - 2).toBeLessThanOrEqual(252);
      for (const value of Object.values(row)) expect(String(value).length).toBeLessThanOrEqual(pieceLength);
    }
    expect(rows.length).toBeGreaterThan(4);
    expect(rows[0]).toMatchObject({ rowKey: 'record', moreRows: rows.length - 1 });
    expect(rows[1]).toMatchObject({ rowKey: 'record|more|01' });
    expect(unpackRows(rows)).toMatchObject({ facts: '"'.repeat(2_000_000), ...many });
  });

  it('refuses unsafe keys and column names', () => {
    expect(() => packRows({ partitionKey: 'a/b', rowKey: 'c' }, {})).toThrow('safe characters');
    expect(() => packRows(keys, { a__2: 'x' })).toThrow('a__2');
  });
});
