import fc from 'fast-check';
import type { Access } from '../../../src/lib/model/access.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import { decide } from '../../../src/lib/plan/decide.ts';
import { arbitraryExceptions } from '../../builders/arbitrary-exceptions.ts';
import { arbitraryFacts, arbitraryRules } from '../../builders/arbitrary-world.ts';
import { account } from '../../builders/facts.ts';
import { at } from '../../builders/times.ts';

/** Exceptions are made for this time. */
const now = new Date(at(70));
const world = fc.tuple(arbitraryFacts, arbitraryRules, arbitraryExceptions);

function withDocument(rules: ActiveRules, properties: Partial<ActiveRules['document']>): ActiveRules {
  return { ...rules, document: { ...rules.document, ...properties } };
}

/** Every switch of the rules document, with the document as it would be if the thing were not there at all. */
const switches: readonly [string, (rules: ActiveRules) => ActiveRules, (rules: ActiveRules) => ActiveRules][] = [
  [
    'every rule, switched off',
    (rules) => withDocument(rules, { rules: rules.document.rules.map((one) => ({ ...one, enabled: false })) }),
    (rules) => ({ ...withDocument(rules, { rules: [] }), pins: [] }),
  ],
  [
    'some rules, switched off',
    (rules) => rules,
    (rules) => withDocument(rules, { rules: rules.document.rules.filter(({ enabled }) => enabled !== false) }),
  ],
  [
    'groups, switched off',
    (rules) => rules,
    (rules) => {
      const off = new Set(rules.document.groups.filter(({ enabled }) => !enabled).map(({ id }) => id));
      return { ...withDocument(rules, { groups: [] }), pins: rules.pins.filter(({ groupId }) => !off.has(groupId)) };
    },
  ],
];

describe('what is switched off is as if it were not there (D17, D11)', () => {
  it.each(switches)('%s', (_case, off, absent) => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        expect(decide(facts, off(rules), exceptions, now)).toEqual(decide(facts, absent(rules), exceptions, now));
      }),
      { numRuns: 300 },
    );
  });

  it('conflict rules that report take nothing, and without any there is none', () => {
    const inEffect = ({ state, assignments, losers }: Access) => ({ state, assignments, losers });
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        const reporting = rules.document.conflicts.map((one) => ({ ...one, action: 'report' as const }));
        const without = decide(facts, withDocument(rules, { conflicts: [] }), exceptions, now);
        const reported = decide(facts, withDocument(rules, { conflicts: reporting }), exceptions, now);
        expect(without.conflicts).toEqual([]);
        expect(without.losers.filter(({ reason }) => reason === 'conflict')).toEqual([]);
        expect(inEffect(reported)).toEqual(inEffect(without));
      }),
      { numRuns: 300 },
    );
  });

  it('without exceptions nothing comes from one, and nothing is denied', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, (facts, rules) => {
        const { assignments, losers } = decide(facts, rules, [], now);
        const origins = [...assignments, ...losers].flatMap(({ sources }) => sources.map(({ origin }) => origin));
        expect(origins).not.toContain('exception');
        expect(losers.map(({ reason }) => reason)).not.toContain('denied');
      }),
      { numRuns: 300 },
    );
  });

  it('a disabled account is like an enabled one where accounts are kept', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        if (facts.account === undefined || facts.account.state === 'deleted') return;
        const keeping = withDocument(rules, { disabledAccounts: 'keep' });
        const as = (state: 'enabled' | 'disabled') => ({
          ...facts,
          account: { ...account(), ...facts.account, state },
        });
        expect(decide(as('disabled'), keeping, exceptions, now)).toEqual(
          decide(as('enabled'), keeping, exceptions, now),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('without a default role nobody falls back to one, and under union nothing is outranked', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        const plain = withDocument(rules, { defaultRole: null, roleResolution: 'union' });
        const { assignments, losers } = decide(facts, plain, exceptions, now);
        const origins = assignments.flatMap(({ sources }) => sources.map(({ origin }) => origin));
        expect(origins).not.toContain('default');
        expect(losers.map(({ reason }) => reason)).not.toContain('outranked');
      }),
      { numRuns: 300 },
    );
  });
});
