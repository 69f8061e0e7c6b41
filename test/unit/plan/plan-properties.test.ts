import fc from 'fast-check';
import type { AccessRecord } from '../../../src/lib/model/access.ts';
import { accessRecordSchema } from '../../../src/lib/model/access-schema.ts';
import { derivedPutSchema } from '../../../src/lib/model/derived-schema.ts';
import { noFacts } from '../../../src/lib/model/facts.ts';
import type { DerivedPut, Plan } from '../../../src/lib/model/plan.ts';
import { inEffect } from '../../../src/lib/plan/changes.ts';
import { derivedChanges, derivedRows } from '../../../src/lib/plan/derived-rows.ts';
import { learn } from '../../../src/lib/plan/learn.ts';
import { entitlementKey } from '../../../src/lib/plan/unite.ts';
import {
  arbitraryFacts,
  arbitraryKnowledge,
  arbitraryReading,
  arbitraryRules,
} from '../../builders/arbitrary-world.ts';
import { applied, planOf } from '../../builders/record.ts';

const identity = fc
  .record({ userPrincipalName: fc.constantFrom('ada@contoso.com', 'Ada@contoso.com', 'a@b.c') }, { requiredKeys: [] })
  .map((known) => ({ ...known }));

/** Any record, if there is one. */
const recorded: fc.Arbitrary<AccessRecord | undefined> = fc
  .tuple(arbitraryFacts, arbitraryRules, identity)
  .map(([facts, rules, who]) => {
    const plan = planOf(undefined, facts, rules, who);
    return plan && applied(plan);
  });

/** Any record under any rules, any reading, and what may be known of it. */
const scene = fc.tuple(recorded, arbitraryRules, identity).chain(([record, rules, who]) =>
  fc.record({
    record: fc.constant(record),
    rules: fc.constant(rules),
    who: fc.constant(who),
    reading: arbitraryReading,
    knows: arbitraryKnowledge(rules),
  }),
);

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function planFrom({ record, rules, who, reading, knows }: Scene): Plan | undefined {
  return planOf(record, learn(record?.facts ?? noFacts, reading, knows).facts, rules, who);
}

describe('a plan, for any record, rules and reading', () => {
  it('leaves nothing to do when it is applied (promise 4)', () => {
    fc.assert(
      fc.property(scene, (start) => {
        const plan = planFrom(start);
        if (plan) expect(planFrom({ ...start, record: applied(plan, start.record) })).toBeUndefined();
      }),
      { numRuns: 600 },
    );
  });

  it('leads from what was in effect to what will be, change by change, each with a reason (promise 3)', () => {
    fc.assert(
      fc.property(scene, (start) => {
        const plan = planFrom(start);
        if (!plan) return;
        const effective = new Map(inEffect(start.record).map((one) => [entitlementKey(one), one]));
        for (const change of plan.changes) {
          const key = entitlementKey(change);
          expect(change.before).toEqual(effective.get(key));
          expect(change.type).toBe(change.after ? (change.before ? 'update' : 'grant') : 'revoke');
          expect(change.reasons).not.toEqual([]);
          if (change.after) effective.set(key, change.after);
          else effective.delete(key);
        }
        const after = new Map(inEffect(plan.desired).map((one) => [entitlementKey(one), one]));
        expect(new Map([...effective].sort())).toEqual(new Map([...after].sort()));
      }),
      { numRuns: 400 },
    );
  });

  it('is stored and read without loss', () => {
    fc.assert(
      fc.property(scene, (start) => {
        const plan = planFrom(start);
        if (!plan) return;
        const record = applied(plan, start.record);
        expect(accessRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
        for (const row of plan.derived) expect(derivedPutSchema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);
      }),
      { numRuns: 400 },
    );
  });
});

describe('derivedChanges, for any two records', () => {
  it('turns the rows of the one into the rows of the other', () => {
    fc.assert(
      fc.property(recorded, recorded, (before, after) => {
        if (!after) return;
        const rows = new Map<string, DerivedPut>(before ? derivedRows(before) : []);
        for (const put of derivedChanges(before, after)) {
          const key = `${put.partition}\n${put.rowKey}`;
          if (put.values) rows.set(key, put);
          else expect(rows.delete(key)).toBe(true);
        }
        expect(new Map([...rows].sort())).toEqual(new Map([...derivedRows(after)].sort()));
      }),
      { numRuns: 400 },
    );
  });
});
