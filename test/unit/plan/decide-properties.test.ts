import fc from 'fast-check';
import type { Access, Assignment } from '../../../src/lib/model/access.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import { grantLists, type Grants, type MappingRule } from '../../../src/lib/model/rules-document.ts';
import { decided } from '../../builders/decided.ts';
import { arbitraryFacts, arbitraryRules, scopePool } from '../../builders/arbitrary-world.ts';

/** Every scope that rules may name, and one that none does: everywhere else. */
const everyScope = [...scopePool, 'elsewhere'];

function isEffectiveIn(assignment: Pick<Assignment, 'scopes' | 'exceptScopes'>, scope: string): boolean {
  if (assignment.scopes.length > 0) return assignment.scopes.includes(scope);
  return !(assignment.exceptScopes ?? []).includes(scope);
}

/** `kind|id|scope` of everything held. */
function held(access: Access): ReadonlySet<string> {
  return new Set(
    access.assignments.flatMap((assignment) =>
      everyScope
        .filter((scope) => isEffectiveIn(assignment, scope))
        .map((scope) => `${assignment.kind}|${assignment.id}|${scope}`),
    ),
  );
}

function withResolution(rules: ActiveRules, roleResolution: 'union' | 'strongest'): ActiveRules {
  return { ...rules, document: { ...rules.document, roleResolution } };
}

/** What each rule gives by itself, asked one at a time, without default role. */
function givenByEach(facts: Facts, rules: ActiveRules): ReadonlySet<string> {
  const alone = rules.document.rules.map((rule) => ({
    ...rules,
    document: { ...rules.document, roleResolution: 'union' as const, defaultRole: null, rules: [rule] },
  }));
  return new Set(alone.flatMap((one) => [...held(decided(facts, one))]));
}

/** The list in an order that numbers dictate. */
function shuffled<T>(list: readonly T[], numbers: readonly number[]): T[] {
  return list
    .map((item, index) => ({ item, at: numbers[index % numbers.length] ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function shuffledGrants(grants: Grants, numbers: readonly number[]): Grants {
  return Object.fromEntries(
    Object.values(grantLists).flatMap((list) => {
      const ids = grants[list];
      return ids === undefined ? [] : [[list, shuffled(ids, numbers)]];
    }),
  );
}

function shuffledRule(rule: MappingRule, numbers: readonly number[]): MappingRule {
  return {
    ...rule,
    grants: shuffledGrants(rule.grants, numbers),
    ...(rule.scopes === undefined ? {} : { scopes: shuffled(rule.scopes, numbers) }),
  };
}

describe('decide, for any facts and rules', () => {
  it('does not depend on the order of rules, pins, roles, grants, scopes and facts (promise 5, R14)', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, numbers, (facts, rules, order) => {
        const { document } = rules;
        const other: ActiveRules = {
          ...rules,
          document: {
            ...document,
            roles: shuffled(document.roles, order),
            rules: shuffled(document.rules, order).map((rule) => shuffledRule(rule, order)),
          },
          pins: shuffled(rules.pins, order.toReversed()),
        };
        const groups = Object.fromEntries(shuffled(Object.entries(facts.groups), order));
        expect(JSON.stringify(decided({ ...facts, groups }, other))).toBe(JSON.stringify(decided(facts, rules)));
      }),
      { numRuns: 400 },
    );
  });

  it('gives, under union, exactly what each rule gives by itself (D4)', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, (facts, rules) => {
        const each = givenByEach(facts, rules);
        const together = held(decided(facts, withResolution(rules, 'union')));
        const isFallback = ![...each].some((key) => key.startsWith('role|'));
        const beyond = [...together].filter((key) => !each.has(key));
        expect([...each].filter((key) => !together.has(key))).toEqual([]);
        expect(beyond.every((key) => isFallback && key.startsWith(`role|${rules.document.defaultRole ?? ''}|`))).toBe(
          true,
        );
      }),
      { numRuns: 400 },
    );
  });

  it('leaves, under strongest, the role with the lowest precedence in every scope, and names every loser', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, (facts, rules) => {
        const all = decided(facts, withResolution(rules, 'union'));
        const strongest = decided(facts, withResolution(rules, 'strongest'));
        const precedence = new Map(rules.document.roles.map((role) => [role.id, role.precedence]));
        const rolesIn = (access: Access, scope: string): readonly string[] =>
          access.assignments
            .filter((one) => one.kind === 'role' && isEffectiveIn(one, scope))
            .map(({ id }) => id)
            .sort((a, b) => (precedence.get(a) ?? 0) - (precedence.get(b) ?? 0));
        for (const scope of everyScope) {
          const [winner, ...losers] = rolesIn(all, scope);
          expect(rolesIn(strongest, scope)).toEqual(winner === undefined ? [] : [winner]);
          for (const loser of losers) {
            const named = strongest.losers.filter((one) => one.id === loser && isEffectiveIn(one, scope));
            expect(named.map(({ by }) => (precedence.get(by) ?? 0) < (precedence.get(loser) ?? 0))).toEqual([true]);
          }
        }
        const others = ({ assignments }: Access) => assignments.filter(({ kind }) => kind !== 'role');
        expect(others(strongest)).toEqual(others(all));
      }),
      { numRuns: 400 },
    );
  });
});
