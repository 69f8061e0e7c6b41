import fc from 'fast-check';
import { groupIds, userIds } from './cast.ts';
import { addedRules, ruleIds, type RulesEdit, type RulesVariant } from './rules.ts';

/** One thing that happens to a tenant's directory. What is impossible when its turn comes does not happen. */
export type Happening =
  | { readonly kind: 'join' | 'leave'; readonly member: string; readonly group: string }
  | {
      readonly kind: 'disable' | 'enable' | 'delete' | 'restore' | 'purge' | 'becomeGuest' | 'becomeMember';
      readonly user: string;
    }
  | { readonly kind: 'deleteGroup' | 'restoreGroup'; readonly group: string }
  /** The permission to read hidden memberships is withdrawn or granted. */
  | { readonly kind: 'hide' }
  | { readonly kind: 'unhide' };

/** What a person decides about a tenant over the API, with whatever becomes of the call. */
export type Decision =
  | { readonly kind: 'publish'; readonly edit: RulesEdit }
  /** To the version that many before the one in force. */
  | { readonly kind: 'rollBack'; readonly back: number }
  | { readonly kind: 'except'; readonly user: string; readonly exception: ExceptionWish }
  | { readonly kind: 'closeException'; readonly user: string };

/** One exception, in words of the API; times in simulated seconds from now. */
export interface ExceptionWish {
  readonly effect: 'grant' | 'deny' | 'scopes';
  readonly entitlement: { readonly kind: 'role' | 'team'; readonly id: string };
  readonly scopes: readonly string[];
  readonly startsIn: number;
  /** Null: it stays until it is closed. */
  readonly lasts: number | null;
}

/** What the world is like while a round's happenings happen. */
export interface Weather {
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  /** Replica lag in seconds, always below the margin the app is told (2 s). */
  readonly lagSeconds: number;
  readonly throttling: number;
  readonly serverErrors: number;
  /** Graph and login answer 503 for the whole round, which then lasts longer than all dequeues of a message. */
  readonly outage: boolean;
  readonly lostResponses: number;
  readonly busyStorage: number;
  /** Every delta token dies. */
  readonly deltaReset: boolean;
  /** A publisher is held between apply and publish until the next round. */
  readonly pausePublisher: boolean;
  /** The host is killed at this write of the round, before or after it is executed. */
  readonly crash: { readonly write: number; readonly when: 'before' | 'after' } | null;
  /** Simulated seconds that pass at the end of the round. */
  readonly seconds: number;
}

/** One tenant's history: what happens to its directory in each round, and what people decide. */
export type History = readonly { readonly happenings: readonly Happening[]; readonly decisions: readonly Decision[] }[];

/** Histories that share a stack: the tenants' own happenings, and the weather over all of them. */
export interface Batch {
  readonly rules: RulesVariant;
  /** Two instances of the app, as on Azure, or one. */
  readonly hosts: 1 | 2;
  readonly weather: readonly Weather[];
  readonly histories: readonly History[];
}

const user = fc.constantFrom(...userIds);
const group = fc.constantFrom(...groupIds.slice(0, 7));
const nested = fc.constantFrom(...groupIds.slice(5, 7));

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('join' as const), member: user, group }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('leave' as const), member: user, group }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('join' as const, 'leave' as const), member: nested, group }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'disable' as const,
        'enable' as const,
        'enable' as const,
        'delete' as const,
        'restore' as const,
        'restore' as const,
        'purge' as const,
        'becomeGuest' as const,
        'becomeMember' as const,
      ),
      user,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('deleteGroup' as const, 'restoreGroup' as const, 'restoreGroup' as const),
      group,
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'hide' as const }, { kind: 'unhide' as const }) },
);

const edit: fc.Arbitrary<RulesEdit> = fc.record({
  off: fc.subarray([...ruleIds], { maxLength: 2 }),
  added: fc.subarray([...addedRules]),
  groupOff: fc.constantFrom(null, null, ...groupIds.slice(0, 5)),
  turned: fc.subarray([...ruleIds], { maxLength: 2 }),
  conflict: fc.constantFrom(null, 'withhold' as const, 'report' as const),
  roleResolution: fc.constantFrom('union' as const, 'strongest' as const),
});

const exception: fc.Arbitrary<ExceptionWish> = fc.record({
  effect: fc.constantFrom('grant' as const, 'deny' as const, 'scopes' as const),
  entitlement: fc.constantFrom(
    { kind: 'role' as const, id: 'admin' },
    { kind: 'role' as const, id: 'editor' },
    { kind: 'team' as const, id: 'blue' },
  ),
  scopes: fc.subarray(['entity:one', 'entity:two']),
  // All are over, or stay, before the end is compared.
  startsIn: fc.constantFrom(0, 20, 200, 400),
  lasts: fc.constantFrom(null, 30, 350, 400),
});

const decision: fc.Arbitrary<Decision> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('publish' as const), edit }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rollBack' as const), back: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('except' as const), user, exception }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('closeException' as const), user }) },
);

const mostly = <T>(calm: T, rough: fc.Arbitrary<T>, weight = 2): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(calm) }, { weight: 1, arbitrary: rough });

const weather: fc.Arbitrary<Weather> = fc.record({
  loss: mostly(0, fc.constantFrom(0.3, 1)),
  duplication: mostly(0, fc.constantFrom(0.5, 1)),
  reordering: mostly(0, fc.constant(0.5)),
  lagSeconds: mostly(0, fc.constantFrom(1, 1.8), 1),
  throttling: mostly(0, fc.constantFrom(0.1, 0.3)),
  serverErrors: mostly(0, fc.constantFrom(0.1, 0.3)),
  outage: mostly(false, fc.constant(true), 9),
  lostResponses: mostly(0, fc.constantFrom(0.02, 0.1)),
  busyStorage: mostly(0, fc.constantFrom(0.02, 0.1)),
  deltaReset: mostly(false, fc.constant(true), 7),
  pausePublisher: mostly(false, fc.constant(true), 4),
  crash: mostly(
    null,
    fc.record({ write: fc.integer({ min: 1, max: 60 }), when: fc.constantFrom('before' as const, 'after' as const) }),
    1,
  ),
  seconds: fc.constantFrom(0, 1, 2, 3, 10, 31, 120, 310),
});

const round: fc.Arbitrary<History[number]> = fc.record({
  happenings: fc.array(happening, { minLength: 0, maxLength: 6 }),
  decisions: mostly<readonly Decision[]>([], fc.array(decision, { minLength: 1, maxLength: 2 }), 1),
});

/** A batch of two instances that meets every kind of weather, so that a short run proves something of each. */
export function withEveryWeather(batch: Batch): Batch {
  const rough: readonly Partial<Weather>[] = [
    { throttling: 0.3, lagSeconds: 1.8 },
    { loss: 1 },
    { crash: { write: 5, when: 'after' } },
    { outage: true },
    { pausePublisher: true, duplication: 1 },
    { lostResponses: 0.1, busyStorage: 0.1 },
    { serverErrors: 0.3, deltaReset: true },
    { crash: { write: 12, when: 'before' }, reordering: 0.5 },
  ];
  return {
    ...batch,
    hosts: 2,
    weather: batch.weather.map((weather, round) => ({ ...weather, ...rough[round % rough.length] })),
  };
}

/** Batches of `tenants` histories of `rounds` rounds. */
export function batches(tenants: number, rounds: number): fc.Arbitrary<Batch> {
  const perRound = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
    fc.array(item, { minLength: rounds, maxLength: rounds });
  return fc.record({
    rules: fc.record({
      roleResolution: fc.constantFrom('union' as const, 'strongest' as const),
      defaultRole: fc.constantFrom('user' as const, null),
      disabledAccounts: fc.constantFrom('suspend' as const, 'keep' as const),
      guests: fc.constantFrom('include' as const, 'exclude' as const),
      groupDeleted: fc.constantFrom('hold' as const, 'hold' as const, 'revoke' as const),
    }),
    hosts: fc.constantFrom(1 as const, 2 as const),
    weather: perRound(weather),
    histories: fc.array(perRound(round), { minLength: tenants, maxLength: tenants }),
  });
}
