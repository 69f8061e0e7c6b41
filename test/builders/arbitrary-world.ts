import fc from 'fast-check';
import type { ActiveRules } from '../../src/lib/model/active-rules.ts';
import type { AccountFact, Facts, GroupFact, Spell } from '../../src/lib/model/facts.ts';
import type { FoundReading, UserReading } from '../../src/lib/model/reading.ts';
import type { Knowledge } from '../../src/lib/plan/learn.ts';
import { knowledge } from './knowledge.ts';
import { found, missing } from './reading.ts';
import { groupId, rule, rulesOf } from './rules.ts';
import { at } from './times.ts';

/** Everything below is drawn from these few, so that rules, facts and readings meet often. */
export const groupPool = ['a', 'b', 'c', 'd'].map(groupId);
export const scopePool = ['s1', 's2', 's3'];
const rolePool = ['admin', 'manager', 'user', 'guest'].map((id, index) => ({ id, precedence: index + 1 }));
const roleIds = rolePool.map(({ id }) => id);

/** Facts are recorded up to minute 60; a reading may begin before or after. */
const minute = fc.integer({ min: -20, max: 60 }).map(at);
const subset = (pool: readonly string[]) => fc.subarray([...pool]);
/** Something, or nothing, for each group. */
const perGroup = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Readonly<Record<string, T>>> =>
  fc
    .tuple(
      ...groupPool.map((id) =>
        fc.oneof(
          fc.constant([]),
          value.map((one) => [[id, one] as const]),
        ),
      ),
    )
    .map((entries) => Object.fromEntries(entries.flat()));

const guests = fc.constantFrom('include' as const, 'exclude' as const);
const grants = fc.record({ roles: fc.subarray([...roleIds], { minLength: 1 }), teams: subset(['red', 'blue']) });

const mappingRule = fc.record(
  {
    group: fc.constantFrom(...groupPool),
    grants,
    membership: fc.constantFrom('direct' as const, 'transitive' as const),
    scopes: subset(scopePool),
    guests: fc.oneof(
      guests,
      grants.map((other) => ({ grants: other })),
    ),
    enabled: fc.constantFrom(true, true, true, false),
  },
  { requiredKeys: ['group', 'grants'] },
);

/** Rules in force, with groups mapped since long or since minute 20. */
export const arbitraryRules: fc.Arbitrary<ActiveRules> = fc
  .record({
    rules: fc.array(mappingRule, { minLength: 1, maxLength: 7 }),
    roleResolution: fc.constantFrom('union' as const, 'strongest' as const),
    defaultRole: fc.constantFrom(null, 'guest'),
    disabledAccounts: fc.constantFrom('suspend' as const, 'keep' as const),
    guests,
    mappedSince: fc.constantFrom(at(-10_000), at(-10_000), at(20)),
  })
  .map(({ rules, ...special }) =>
    rulesOf(
      rules.map(({ group, grants: gives, ...rest }, index) => rule(`rule-${index}`, group, gives, rest)),
      { ...special, roles: rolePool },
    ),
  );

const spell: fc.Arbitrary<Spell> = fc.record(
  { in: fc.constant(true), since: minute, pendingSince: minute },
  { requiredKeys: ['in', 'since'] },
);
const out: fc.Arbitrary<Spell> = fc.record({ in: fc.constant(false), since: minute });

const groupFact: fc.Arbitrary<GroupFact> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ member: spell, direct: fc.oneof(spell, out) }, { requiredKeys: ['member'] }),
  },
  { weight: 1, arbitrary: fc.record({ member: out, direct: out }, { requiredKeys: ['member'] }) },
);

export const arbitraryAccount: fc.Arbitrary<AccountFact> = fc.record(
  {
    state: fc.constantFrom('enabled' as const, 'enabled' as const, 'disabled' as const, 'deleted' as const),
    since: minute,
    type: fc.constantFrom('member' as const, 'guest' as const),
    typeSince: minute,
    pendingSince: minute,
  },
  { requiredKeys: ['state', 'since', 'type', 'typeSince'] },
);

/** Facts as `learn` may leave them: nobody is directly in a group without being in it, nor in any when deleted. */
export const arbitraryFacts: fc.Arbitrary<Facts> = fc
  .record({ account: arbitraryAccount, groups: perGroup(groupFact) }, { requiredKeys: ['groups'] })
  .map((facts) => ({ ...facts, groups: facts.account?.state === 'deleted' ? {} : { ...facts.groups } }));

/** A complete reading of somebody who exists, directness included; `accountEnabled` and `userType` may be unknown. */
export const arbitraryFound = (minutes: fc.Arbitrary<number>): fc.Arbitrary<FoundReading> =>
  fc
    .record({
      groups: subset(groupPool),
      direct: subset(groupPool),
      accountEnabled: fc.constantFrom(true, true, false, undefined),
      userType: fc.constantFrom('member' as const, 'guest' as const, undefined),
      minute: minutes,
    })
    .map(({ groups, direct, ...rest }) =>
      found(groups, { ...rest, directGroups: new Set(direct.filter((id) => groups.includes(id))) }),
    );

export const arbitraryReading: fc.Arbitrary<UserReading> = fc.oneof(
  { weight: 4, arbitrary: arbitraryFound(fc.integer({ min: 0, max: 120 })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('deleted' as const, 'absent' as const, 'group' as const), fc.integer({ min: 0, max: 120 }))
      .map(([kind, minutes]) => missing(kind, minutes)),
  },
);

/** What may be known under these rules: some groups asked, some ledgers held, perhaps a tombstone. */
export function arbitraryKnowledge(rules: ActiveRules): fc.Arbitrary<Knowledge> {
  return fc
    .record(
      {
        evidence: perGroup(fc.constantFrom('present' as const, 'deleted' as const, 'unknown' as const)),
        held: fc.subarray([...groupPool, 'accounts'], { maxLength: 2 }),
        tombstoneSince: minute,
      },
      { requiredKeys: ['evidence', 'held'] },
    )
    .map((special) => knowledge(rules, special));
}
