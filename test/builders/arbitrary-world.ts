import fc from 'fast-check';
import type { ActiveRules } from '../../src/lib/model/active-rules.ts';
import type { AccountFact, Facts, GroupFact, Spell } from '../../src/lib/model/facts.ts';
import type { FoundReading, UserReading } from '../../src/lib/model/reading.ts';
import type { Knowledge } from '../../src/lib/plan/learn.ts';
import { knowledge } from './knowledge.ts';
import { found, missing } from './reading.ts';
import { groupId, patternRule, rule, rulesOf } from './rules.ts';
import { at } from './times.ts';

/**
 * Random worlds: rules in force, facts, readings, knowledge, each independent of the others. For properties of `decide`, of what
 * explains or previews it, and of `learn`. Exceptions are in arbitrary-exceptions.ts; the time that they are made for is minute 70.
 * Everything below is drawn from few values, so that rules, facts and readings meet often.
 */
export const groupPool = ['a', 'b', 'c', 'd'].map(groupId);
export const scopePool = ['s1', 's2', 's3'];
const rolePool = ['admin', 'manager', 'app-Users', 'user', 'guest', 'app-Admins'].map((id, index) => ({
  id,
  precedence: index + 1,
}));
const roleIds = rolePool.map(({ id }) => id);
/** The last one is defined by no document. */
const partPool = { Role: ['Admins', 'Users', 'Stewards'], Scope: scopePool };

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
const grants = fc.record({
  roles: fc.subarray(['admin', 'manager', 'user', 'guest'], { minLength: 1 }),
  teams: subset(['red', 'blue']),
});
/** `app-Stewards` and `team-s3` are not defined. */
const templates = fc.record({
  roles: fc.subarray(['app-{Role}', 'user'], { minLength: 1 }),
  teams: subset(['team-{Scope}', 'red']),
});
const guestsOf = (gives: typeof grants) =>
  fc.oneof(
    guests,
    gives.map((other) => ({ grants: other })),
  );
const common = {
  membership: fc.constantFrom('direct' as const, 'transitive' as const),
  enabled: fc.constantFrom(true, true, true, false),
};

const mappingRule = fc.record(
  { group: fc.constantFrom(...groupPool), grants, scopes: subset(scopePool), guests: guestsOf(grants), ...common },
  { requiredKeys: ['group', 'grants'] },
);

/** A rule with a pattern: groups that it matched, each with its parts; scopes and grants take them. */
const patternedRule = fc.record(
  {
    matches: perGroup(
      fc.record({ Role: fc.constantFrom(...partPool.Role), Scope: fc.constantFrom(...partPool.Scope) }),
    ),
    grants: templates,
    scopes: subset(['s1', '{Scope}']),
    guests: guestsOf(templates),
    ...common,
  },
  { requiredKeys: ['matches', 'grants'] },
);

const conflict = fc.record(
  {
    roles: fc.subarray(roleIds, { minLength: 2 }),
    scope: fc.constantFrom('same' as const, 'any' as const),
    action: fc.constantFrom('withhold' as const, 'withhold' as const, 'report' as const),
  },
  { requiredKeys: ['roles', 'action'] },
);

/**
 * Rules in force: with and without patterns, conflicts, groups that are switched off, groups mapped since long or since minute 20,
 * and direct members wanted since then or since minute 40.
 */
export const arbitraryRules: fc.Arbitrary<ActiveRules> = fc
  .record({
    rules: fc.array(mappingRule, { minLength: 1, maxLength: 7 }),
    patterned: fc.array(patternedRule, { maxLength: 2 }),
    conflicts: fc.array(conflict, { maxLength: 3 }),
    off: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: subset(groupPool) }),
    roleResolution: fc.constantFrom('union' as const, 'strongest' as const),
    defaultRole: fc.constantFrom(null, 'guest'),
    disabledAccounts: fc.constantFrom('suspend' as const, 'keep' as const),
    guests,
    mappedSince: fc.constantFrom(at(-10_000), at(-10_000), at(20)),
    wantsDirectLater: fc.boolean(),
  })
  .map(({ rules, patterned, conflicts, off, wantsDirectLater, ...special }) =>
    rulesOf(
      [
        ...rules.map(({ group, grants: gives, ...rest }, index) => rule(`rule-${index}`, group, gives, rest)),
        ...patterned.map(({ matches: _, grants: gives, ...rest }, index) =>
          patternRule(`pattern-${index}`, 'App{Scope}_{Role}', gives, rest),
        ),
      ],
      {
        ...special,
        ...(wantsDirectLater ? { directSince: at(40) } : {}),
        roles: rolePool,
        teams: ['red', 'blue', 'team-s1', 'team-s2'].map((id) => ({ id })),
        groups: off.map((id) => ({ id, enabled: false })),
        conflicts: conflicts.map((one, index) => ({ id: `conflict-${index}`, ...one })),
        matches: Object.fromEntries(
          patterned.map(({ matches }, index) => [
            `pattern-${index}`,
            Object.entries(matches).map(([group, parts]) => ({ groupId: group, parts: { ...parts } })),
          ]),
        ),
      },
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
