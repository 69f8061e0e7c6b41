import fc from 'fast-check';
import type { Assignment } from '../../../src/lib/model/access.ts';
import type { ActiveRules, Pin } from '../../../src/lib/model/active-rules.ts';
import { isInEffect } from '../../../src/lib/model/exception.ts';
import type { MappingRule } from '../../../src/lib/model/rules-document.ts';
import { inEffect } from '../../../src/lib/plan/changes.ts';
import { decide } from '../../../src/lib/plan/decide.ts';
import { type EntitlementExplanation, explain } from '../../../src/lib/plan/explain.ts';
import type { SeenUser } from '../../../src/lib/plan/why-not.ts';
import { arbitraryExceptions } from '../../builders/arbitrary-exceptions.ts';
import { arbitraryFacts, arbitraryRules, groupPool } from '../../builders/arbitrary-world.ts';
import { at } from '../../builders/times.ts';

const now = new Date(at(70));
type World = Readonly<{ user: SeenUser; rules: ActiveRules }>;
const anybody = fc.record(
  {
    isRecorded: fc.boolean(),
    facts: arbitraryFacts,
    exceptions: arbitraryExceptions,
    directGroups: fc.subarray([...groupPool]).map((ids) => new Set(ids)),
  },
  { requiredKeys: ['isRecorded', 'facts', 'exceptions'] },
);
/** In no mapped group, without record and exception: gets no record, whatever the rules say (P9). */
const nobody = arbitraryFacts.map(({ account }) => ({
  isRecorded: false,
  facts: { ...(account === undefined ? {} : { account }), groups: {} },
  exceptions: [],
}));
const worlds: fc.Arbitrary<World> = fc.record({
  user: fc.oneof({ weight: 5, arbitrary: anybody }, { weight: 1, arbitrary: nobody }),
  rules: arbitraryRules,
});
const assertWorlds = (check: (world: World) => void): void => {
  fc.assert(fc.property(worlds, check), { numRuns: 1_000 });
};

/** Where something applies, by scope; `elsewhere` stands for every scope that nobody has named. */
function places({ scopes, exceptScopes = [] }: Pick<Assignment, 'scopes' | 'exceptScopes'>): ReadonlySet<string> {
  const all = ['s1', 's2', 's3', 'elsewhere'];
  return new Set(scopes.length > 0 ? scopes : all.filter((scope) => !exceptScopes.includes(scope)));
}

/** What the statements of an explanation come to, read one after the other: given here and there, taken here and there. */
function replay(entry: EntitlementExplanation, state: string): readonly string[] {
  if (state !== 'active') return [];
  const held = new Set(entry.given.flatMap((one) => [...places(one)]));
  for (const loser of entry.taken) for (const place of places(loser)) held.delete(place);
  return [...held].sort();
}

/** The same text for the same things, in whatever order and however often. */
const textOf = (list: readonly unknown[]): string => [...new Set(list.map((one) => JSON.stringify(one)))].sort().join();
const nameOf = ({ kind, id }: { readonly kind: string; readonly id: string }): string => `${kind} ${id}`;

describe('an explanation, read by a machine', () => {
  it('comes to exactly what the engine decides, in 1,000 random worlds', () => {
    assertWorlds(({ user, rules }) => {
      const access = decide(user.facts, rules, user.exceptions, now);
      const { state, entitlements } = explain(user, rules, now);
      const replayed = entitlements.flatMap((entry) => {
        const held = replay(entry, state);
        return held.length === 0 ? [] : [[nameOf(entry), held]];
      });
      const decided = getsRecord(user) ? inEffect(access).map((one) => [nameOf(one), [...places(one)].sort()]) : [];
      expect([state, replayed]).toEqual([access.state, decided]);
    });
  });

  it('names the sources that the engine names, and waits where it waits', () => {
    assertWorlds(({ user, rules }) => {
      const wrong = explain(user, rules, now).entitlements.filter(({ held, given }) => {
        if (held === undefined) return false;
        const waits = given.every(({ pendingSince }) => pendingSince !== undefined);
        return (
          textOf(given.map(({ source }) => source)) !== textOf(held.sources) ||
          waits !== (held.pendingSince !== undefined)
        );
      });
      expect(wrong).toEqual([]);
    });
  });

  it('says of every entitlement either that it is held or why not', () => {
    assertWorlds(({ user, rules }) => {
      const { entitlements } = explain(user, rules, now);
      expect(entitlements.filter(({ held, whyNot }) => (held === undefined) === (whyNot === undefined))).toEqual([]);
    });
  });

  it('tells a reason for what is not held that is true of the world', () => {
    assertWorlds((world) => {
      const { entitlements } = explain(world.user, world.rules, now);
      expect(entitlements.filter((entry) => entry.held === undefined && !isTrue(entry, world))).toEqual([]);
    });
  });

  it('tells of every closed way a condition that is true of the world, and misses no way', () => {
    assertWorlds((world) => {
      const { entitlements } = explain(world.user, world.rules, now);
      const wrong = entitlements.flatMap((entry) => entry.closed.filter((way) => !isClosed(way, entry, world)));
      expect(wrong).toEqual([]);
      const untold = entitlements.filter((entry) => {
        if (entry.whyNot === 'unknownAccount' || entry.whyNot === 'accountDeleted') return false;
        const told = [...entry.given.map(({ source }) => source), ...entry.closed].flatMap((way) =>
          way.origin === 'group' ? [`${way.ruleId} ${way.groupId ?? ''}`] : [],
        );
        return textOf(told) !== textOf(offering(entry, world.rules));
      });
      expect(untold).toEqual([]);
    });
  });
});

/** Somebody whom a reconcile leaves without a record has nothing (P9). */
function getsRecord({ isRecorded, facts: { groups }, exceptions }: SeenUser): boolean {
  return isRecorded || exceptions.length > 0 || Object.keys(groups).length > 0;
}

/** `rule group` of everything that offers an entitlement to members or guests, templates filled in one by one. */
function offering(entry: EntitlementExplanation, { document, pins }: ActiveRules): readonly string[] {
  return document.rules.flatMap((rule) => {
    const its = pins.filter(({ ruleId }) => ruleId === rule.id);
    if (its.length === 0) return offers(rule, entry, undefined) ? [`${rule.id} `] : [];
    return its.flatMap((pin) => (offers(rule, entry, pin) ? [`${rule.id} ${pin.groupId}`] : []));
  });
}

const listOf = {
  role: 'roles',
  team: 'teams',
  businessFunction: 'businessFunctions',
  permission: 'permissions',
} as const;

/** Without a pin: with any value of its parts. */
function offers(rule: MappingRule, { kind, id }: EntitlementExplanation, pin: Pin | undefined): boolean {
  const lists = typeof rule.guests === 'object' ? [rule.grants, rule.guests.grants] : [rule.grants];
  return lists
    .flatMap((grants) => grants[listOf[kind]] ?? [])
    .some((template) => {
      if (pin === undefined) return new RegExp(`^${template.replace(/\{\w+\}/, '[\\w-]+')}$`).test(id);
      const filled = Object.entries(pin.parts ?? {}).reduce(
        (text, [part, value]) => text.replace(`{${part}}`, value),
        template,
      );
      return filled === id;
    });
}

function isTrue(entry: EntitlementExplanation, { user: { facts }, rules }: World): boolean {
  const { whyNot, given, taken, closed } = entry;
  const { account } = facts;
  switch (whyNot) {
    case 'unknownAccount':
      return account === undefined;
    case 'accountDeleted':
      return account?.state === 'deleted';
    case 'accountDisabled':
      return account?.state === 'disabled' && rules.document.disabledAccounts === 'suspend';
    case 'denied':
    case 'outranked':
    case 'conflict':
      return given.length > 0 && taken.some(({ reason }) => reason === whyNot);
    case 'noRule':
      return given.length === 0 && closed.length === 0;
    default:
      return given.length === 0 && closed.some(({ failed }) => failed === whyNot);
  }
}

function isClosed(
  way: EntitlementExplanation['closed'][number],
  entry: EntitlementExplanation,
  { user, rules }: World,
): boolean {
  const { facts, exceptions } = user;
  const isGuest = facts.account?.type === 'guest';
  if (way.origin === 'default') {
    if (entry.given.some(({ source }) => source.origin === 'default')) return false;
    if (way.failed === 'guest') return isGuest && rules.document.guests === 'exclude';
    return way.failed === (getsRecord(user) ? 'otherRole' : 'notRecorded');
  }
  if (way.origin === 'exception') {
    const exception = exceptions.find(({ id }) => id === way.exceptionId);
    return exception?.effect === 'grant' && exception.entitlement.id === entry.id && !isInEffect(exception, now);
  }
  const rule = rules.document.rules.find(({ id }) => id === way.ruleId);
  const pin = rules.pins.find(({ ruleId, groupId }) => ruleId === way.ruleId && groupId === way.groupId);
  const fact = facts.groups[way.groupId ?? ''];
  /** Whether the directory shows them directly in it, where it was asked. */
  const seen = user.directGroups?.has(way.groupId ?? '');
  const isOff = rules.document.groups.some(({ id, enabled }) => id === way.groupId && !enabled);
  switch (way.failed) {
    case 'noGroup':
      return way.groupId === undefined && !rules.pins.some(({ ruleId }) => ruleId === way.ruleId);
    case 'ruleOff':
      return rule?.enabled === false;
    case 'groupOff':
      return isOff;
    case 'notMember':
      return !isOff && fact?.member.in !== true;
    case 'notReadYet': {
      if (fact?.member.in !== true) return false;
      if (fact.member.since < (pin?.mappedSince ?? '')) return true;
      return rule?.membership === 'direct' && (seen ?? (fact.direct ?? fact.member).since < (pin?.directSince ?? ''));
    }
    case 'onlyNested': {
      if (rule?.membership !== 'direct' || fact?.member.in !== true) return false;
      return !(seen ?? (fact.direct ?? fact.member).since < (pin?.directSince ?? ''));
    }
    case 'guest':
      return isGuest && fact?.member.in === true;
    case 'notGuest':
      return !isGuest && typeof rule?.guests === 'object' && fact?.member.in === true;
    default:
      return false;
  }
}
