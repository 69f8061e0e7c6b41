import fc from 'fast-check';
import { mappedGroups, type ActiveRules, type MappedGroup } from '../../../src/lib/model/active-rules.ts';
import type { Facts, Spell } from '../../../src/lib/model/facts.ts';
import type { UserReading } from '../../../src/lib/model/reading.ts';
import { isYoung } from '../../../src/lib/plan/learn-spell.ts';
import { type Knowledge, learn, pendingLedgers } from '../../../src/lib/plan/learn.ts';
import {
  arbitraryFacts,
  arbitraryFound,
  arbitraryKnowledge,
  arbitraryReading,
  arbitraryRules,
  groupPool,
} from '../../builders/arbitrary-world.ts';
import { knowledge } from '../../builders/knowledge.ts';
import { lagMilliseconds } from '../../builders/times.ts';

/** A readable account, an hour after the last fact. */
const hourLater = arbitraryFound(fc.constant(120)).map((reading) => ({
  ...reading,
  accountEnabled: reading.accountEnabled ?? true,
}));

interface Scene {
  readonly rules: ActiveRules;
  readonly recorded: Facts;
  readonly reading: UserReading;
  readonly knows: Knowledge;
}

/** Any rules, facts and reading, with any knowledge under these rules. */
const scene: fc.Arbitrary<Scene> = arbitraryRules.chain((rules) =>
  fc.record({
    rules: fc.constant(rules),
    recorded: arbitraryFacts,
    reading: arbitraryReading,
    knows: arbitraryKnowledge(rules),
  }),
);

/** What is in and counts: nothing from before the mapping does. */
function insOf(facts: Facts, group: MappedGroup): ReadonlyMap<'member' | 'direct', Spell> {
  const fact = facts.groups[group.groupId];
  const ins = new Map<'member' | 'direct', Spell>();
  if (!fact?.member.in || fact.member.since < group.mappedSince) return ins;
  ins.set('member', fact.member);
  const { directSince } = group;
  if (fact.direct?.in && directSince !== undefined && fact.direct.since >= directSince) ins.set('direct', fact.direct);
  return ins;
}

describe('learn, for any facts, reading and knowledge', () => {
  it('loses nothing that is young, held, or of a group that did not answer (promise 1)', () => {
    fc.assert(
      fc.property(scene, ({ rules, recorded, reading, knows }) => {
        const { facts } = learn(recorded, reading, knows);
        if (facts.account?.state === 'deleted') return;
        for (const group of mappedGroups(rules).values()) {
          const evidence = knows.evidence.get(group.groupId) ?? 'unknown';
          const unproven = evidence === 'unknown' || knows.held.has(group.groupId) || reading.kind !== 'found';
          for (const [which, spell] of insOf(recorded, group)) {
            const isSafe = unproven || isYoung(spell.since, { reading, lagMilliseconds });
            if (isSafe) expect(facts.groups[group.groupId]?.[which]).toMatchObject({ in: true, since: spell.since });
          }
        }
      }),
      { numRuns: 600 },
    );
  });

  it('takes nothing from an account that is young, held or unexplained (promise 1)', () => {
    fc.assert(
      fc.property(scene, ({ recorded, reading, knows }) => {
        const { account } = recorded;
        if (account?.state !== 'enabled') return;
        const unexplained =
          reading.kind === 'group' || (reading.kind === 'absent' && knows.tombstoneSince === undefined);
        const isSafe =
          unexplained || knows.held.has('accounts') || isYoung(account.since, { reading, lagMilliseconds });
        const { facts } = learn(recorded, reading, knows);
        if (isSafe && knows.disabledAccounts === 'suspend') expect(facts.account?.state).toBe('enabled');
        if (isSafe) expect(facts.account?.state).not.toBe('deleted');
      }),
      { numRuns: 600 },
    );
  });

  it('claims each loss that it applies, once, and settles no ledger in which it claims or waits', () => {
    fc.assert(
      fc.property(scene, ({ rules, recorded, reading, knows }) => {
        const learned = learn(recorded, reading, knows);
        const ledgers = learned.losses.map(({ ledger }) => ledger);
        expect(new Set(ledgers).size).toBe(ledgers.length);
        const open = new Set([...ledgers, ...pendingLedgers(learned.facts)]);
        expect(learned.settled.filter((ledger) => open.has(ledger))).toEqual([]);
        for (const group of mappedGroups(rules).values()) {
          if (learned.facts.account?.state === 'deleted') continue;
          const [before, after] = [insOf(recorded, group), insOf(learned.facts, group)];
          const lost = [...before.keys()].some((which) => !after.has(which));
          expect([group.groupId, ledgers.includes(group.groupId)]).toEqual([group.groupId, lost]);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('never says that somebody is directly in a group and not in it', () => {
    fc.assert(
      fc.property(scene, ({ recorded, reading, knows }) => {
        const { facts } = learn(recorded, reading, knows);
        const odd = Object.values(facts.groups).filter((fact) => fact.direct?.in === true && !fact.member.in);
        expect(odd).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('knows exactly what a reading shows once every fact is old and every group answers (promise 2)', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, hourLater, (recorded, rules, reading) => {
        const evidence = Object.fromEntries(groupPool.map((groupId) => [groupId, 'present' as const]));
        const { facts, unproven, tooYoung } = learn(recorded, reading, knowledge(rules, { evidence }));
        const groups = [...mappedGroups(rules).values()];
        const members = groups.filter(({ groupId }) => reading.groups.has(groupId));
        const direct = members.filter(
          ({ groupId, directSince }) => directSince !== undefined && reading.directGroups?.has(groupId),
        );
        const ids = (list: readonly MappedGroup[]) => list.map(({ groupId }) => groupId).sort();
        const insNamed = (name: 'member' | 'direct') => ids(groups.filter((group) => insOf(facts, group).has(name)));
        expect([insNamed('member'), insNamed('direct')]).toEqual([ids(members), ids(direct)]);
        expect(JSON.stringify(facts)).not.toContain('pendingSince');
        expect([unproven, tooYoung]).toEqual([[], false]);
        expect(facts.account).toMatchObject({
          state: reading.accountEnabled ? 'enabled' : 'disabled',
          type: reading.userType ?? 'member',
        });
      }),
      { numRuns: 400 },
    );
  });

  it('learns nothing more from the same reading (promise 4)', () => {
    fc.assert(
      fc.property(scene, ({ recorded, reading, knows }) => {
        const once = learn(recorded, reading, knows);
        const twice = learn(once.facts, reading, knows);
        expect(JSON.stringify(twice.facts)).toBe(JSON.stringify(once.facts));
        expect([twice.losses, twice.settled]).toEqual([[], []]);
      }),
      { numRuns: 600 },
    );
  });
});
