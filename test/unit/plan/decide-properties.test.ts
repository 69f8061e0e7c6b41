import fc from 'fast-check';
import type { Access } from '../../../src/lib/model/access.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { AccessException } from '../../../src/lib/model/exception.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import { grantLists, type Grants, type MappingRule } from '../../../src/lib/model/rules-document.ts';
import { allGiven, decide } from '../../../src/lib/plan/decide.ts';
import { exceptionsInEffect } from '../../../src/lib/plan/exceptions.ts';
import { arbitraryExceptions } from '../../builders/arbitrary-exceptions.ts';
import { arbitraryFacts, arbitraryRules } from '../../builders/arbitrary-world.ts';
import { everyScope, extentOf, isEffectiveIn } from '../../builders/extent.ts';
import { at } from '../../builders/times.ts';

/** Exceptions are made for this time: some are over, some are to come. */
const now = new Date(at(70));
const runs = { numRuns: 1_000 };

function withDocument(rules: ActiveRules, properties: Partial<ActiveRules['document']>): ActiveRules {
  return { ...rules, document: { ...rules.document, ...properties } };
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

function shuffledRules(rules: ActiveRules, order: readonly number[]): ActiveRules {
  const { document } = rules;
  return {
    ...rules,
    document: {
      ...document,
      roles: shuffled(document.roles, order),
      teams: shuffled(document.teams, order),
      rules: shuffled(document.rules, order).map((rule) => shuffledRule(rule, order)),
      groups: shuffled(document.groups, order),
      conflicts: shuffled(document.conflicts, order).map((one) => ({ ...one, roles: shuffled(one.roles, order) })),
    },
    pins: shuffled(rules.pins, order.toReversed()),
  };
}

/** Ids of the roles in effect in a scope, strongest first. */
function rolesIn(access: Access, scope: string, rules: ActiveRules): readonly string[] {
  const precedence = new Map(rules.document.roles.map((role) => [role.id, role.precedence]));
  return access.assignments
    .filter((one) => one.kind === 'role' && isEffectiveIn(one, scope))
    .map(({ id }) => id)
    .sort((a, b) => (precedence.get(a) ?? 0) - (precedence.get(b) ?? 0));
}

const world: fc.Arbitrary<[Facts, ActiveRules, readonly AccessException[]]> = fc.tuple(
  arbitraryFacts,
  arbitraryRules,
  arbitraryExceptions,
);

describe('decide, for any facts, rules and exceptions', () => {
  it('does not depend on the order of rules, pins, roles, grants, scopes and facts (promise 5, R14)', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(world, numbers, ([facts, rules, exceptions], order) => {
        const groups = Object.fromEntries(shuffled(Object.entries(facts.groups), order));
        const other = decide({ ...facts, groups }, shuffledRules(rules, order), shuffled(exceptions, order), now);
        expect(JSON.stringify(other)).toBe(JSON.stringify(decide(facts, rules, exceptions, now)));
      }),
      runs,
    );
  });

  it('gives, under union, exactly what each rule gives by itself (D4)', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, (facts, rules) => {
        const plain = withDocument(rules, { roleResolution: 'union', conflicts: [] });
        const alone = plain.document.rules.map((rule) => withDocument(plain, { defaultRole: null, rules: [rule] }));
        const each = new Set(alone.flatMap((one) => [...extentOf(decide(facts, one, [], now).assignments)]));
        const together = extentOf(decide(facts, plain, [], now).assignments);
        const isFallback = ![...each].some((key) => key.startsWith('role|'));
        const beyond = [...together].filter((key) => !each.has(key));
        expect([...each].filter((key) => !together.has(key))).toEqual([]);
        expect(beyond.every((key) => isFallback && key.startsWith(`role|${rules.document.defaultRole ?? ''}|`))).toBe(
          true,
        );
      }),
      runs,
    );
  });

  it('leaves, under strongest, the role with the lowest precedence in every scope, and names every loser', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        const plain = withDocument(rules, { conflicts: [] });
        const all = decide(facts, withDocument(plain, { roleResolution: 'union' }), exceptions, now);
        const strongest = decide(facts, withDocument(plain, { roleResolution: 'strongest' }), exceptions, now);
        for (const scope of everyScope) {
          const [winner, ...losers] = rolesIn(all, scope, rules);
          expect(rolesIn(strongest, scope, rules)).toEqual(winner === undefined ? [] : [winner]);
          for (const loser of losers) {
            const named = strongest.losers.filter(
              (one) => one.id === loser && one.reason === 'outranked' && isEffectiveIn(one, scope),
            );
            expect(named.map(({ by }) => by)).toEqual([winner]);
          }
        }
        const others = ({ assignments }: Access) => assignments.filter(({ kind }) => kind !== 'role');
        expect(others(strongest)).toEqual(others(all));
      }),
      runs,
    );
  });

  it('leaves no second role in any scope under strongest, whatever holds and exceptions keep', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        const access = decide(facts, withDocument(rules, { roleResolution: 'strongest' }), exceptions, now);
        for (const scope of everyScope) expect(rolesIn(access, scope, rules).length).toBeLessThan(2);
      }),
      runs,
    );
  });

  it('never breaks a conflict rule that withholds, and withholds nothing without need (D7)', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        const access = decide(facts, rules, exceptions, now);
        const roles = access.assignments.filter(({ kind }) => kind === 'role');
        const held = new Set(roles.map(({ id }) => id));
        for (const { id, roles: apart, scope, action } of rules.document.conflicts) {
          if (action === 'report') continue;
          const met = scope === 'any' ? [[...held]] : everyScope.map((one) => rolesIn(access, one, rules));
          for (const together of met) expect(together.filter((role) => apart.includes(role)).length).toBeLessThan(2);
          for (const loser of access.losers.filter(({ reason, by }) => reason === 'conflict' && by === id)) {
            for (const one of everyScope.filter((name) => isEffectiveIn(loser, name))) {
              const present = scope === 'any' ? [...held] : rolesIn(access, one, rules);
              expect(present.filter((role) => apart.includes(role))).toHaveLength(1);
            }
          }
        }
      }),
      runs,
    );
  });

  it('finds a conflict for everything that is withheld, and for every pair in effect that a rule reports', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        const access = decide(facts, rules, exceptions, now);
        const roles = access.assignments.filter(({ kind }) => kind === 'role');
        const withheld = access.losers.filter(({ reason }) => reason === 'conflict');
        const told = (action: string): readonly string[] =>
          access.conflicts
            .filter((finding) => finding.action === action)
            .flatMap((one) =>
              everyScope
                .filter((scope) => isEffectiveIn(one, scope))
                .map((scope) => `${one.conflictId}|${one.roles[1] ?? ''}|${scope}`),
            );
        const lost = withheld.flatMap((loser) =>
          everyScope.filter((scope) => isEffectiveIn(loser, scope)).map((scope) => `${loser.by}|${loser.id}|${scope}`),
        );
        expect([...new Set(told('withhold'))].sort()).toEqual(lost.sort());
        const pairs = rules.document.conflicts
          .filter(({ action, scope }) => action === 'report' && scope === 'same')
          .flatMap((conflict) =>
            everyScope.flatMap((scope) => {
              const together = rolesIn(access, scope, rules).filter((id) => conflict.roles.includes(id));
              return together.slice(1).map((weaker) => `${conflict.id}|${weaker}|${scope}`);
            }),
          );
        const same = new Set(rules.document.conflicts.filter(({ scope }) => scope === 'same').map(({ id }) => id));
        const reported = told('report').filter((key) => same.has(key.slice(0, key.indexOf('|'))));
        expect([...new Set(reported)].sort()).toEqual(pairs.sort());
        for (const { roles: ids, action } of access.conflicts.filter((one) => one.action === 'report')) {
          expect(ids.filter((id) => roles.some((role) => role.id === id))).toEqual(action === 'report' ? ids : []);
        }
      }),
      runs,
    );
  });

  it('holds or names as lost everything that is given, once in each scope, and nothing else', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        if (facts.account === undefined || facts.account.state === 'deleted') return;
        const access = decide(facts, rules, exceptions, now);
        const given = allGiven(facts, facts.account, rules, exceptionsInEffect(exceptions, now));
        const told = [...access.assignments, ...access.losers].flatMap((one) => [...extentOf([one])]);
        expect(told.toSorted()).toEqual([...extentOf(given)].sort());
      }),
      runs,
    );
  });

  it('lets a denial win over whatever gives it, also over what a hold keeps', () => {
    fc.assert(
      fc.property(world, ([facts, rules, exceptions]) => {
        const held = extentOf(decide(facts, rules, exceptions, now).assignments);
        const denials = exceptionsInEffect(exceptions, now).filter(({ effect }) => effect === 'deny');
        for (const key of extentOf(denials.map(({ entitlement, scopes }) => ({ ...entitlement, scopes })))) {
          expect(held.has(key)).toBe(false);
        }
      }),
      runs,
    );
  });

  it('is as if an exception had never been, before it starts and once it is over or closed', () => {
    fc.assert(
      fc.property(world, fc.nat(), ([facts, rules, exceptions], seed) => {
        const without = exceptions.filter((_unused, index) => index !== seed % Math.max(1, exceptions.length));
        const ended = exceptions.map((one, index) => {
          if (index !== seed % exceptions.length) return one;
          const how = [{ startDateTime: at(71) }, { endDateTime: at(70) }, { closedDateTime: at(69) }];
          return { ...one, ...how[seed % 3] };
        });
        expect(decide(facts, rules, ended, now)).toEqual(decide(facts, rules, without, now));
      }),
      runs,
    );
  });
});
