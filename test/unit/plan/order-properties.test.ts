import fc from 'fast-check';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import { type Facts, noFacts } from '../../../src/lib/model/facts.ts';
import { decide } from '../../../src/lib/plan/decide.ts';
import { learn } from '../../../src/lib/plan/learn.ts';
import { arbitraryExceptions } from '../../builders/arbitrary-exceptions.ts';
import { arbitraryRules, groupPool } from '../../builders/arbitrary-world.ts';
import { knowledge } from '../../builders/knowledge.ts';
import { found } from '../../builders/reading.ts';
import { at } from '../../builders/times.ts';

/** What the directory says of one user. */
interface State {
  readonly groups: Readonly<Record<string, 'direct' | 'nested' | 'out'>>;
  readonly accountEnabled: boolean;
  readonly userType: 'member' | 'guest';
}

/** One thing that happens to the user; of several no two are about the same, so that their order is of no matter to the end. */
type Event = (state: State) => State;

const membership = fc.constantFrom('direct' as const, 'nested' as const, 'out' as const);
const memberships = fc.record(Object.fromEntries(groupPool.map((id) => [id, membership])));
const states: fc.Arbitrary<State> = fc.record({
  groups: memberships,
  accountEnabled: fc.constantFrom(true, true, false),
  userType: fc.constantFrom('member' as const, 'guest' as const),
});

/** Everything that leads from anywhere to a state. */
function eventsTo(end: State): readonly Event[] {
  return [
    ...groupPool.map((id): Event => (state) => ({
      ...state,
      groups: { ...state.groups, [id]: end.groups[id] ?? 'out' },
    })),
    (state) => ({ ...state, accountEnabled: end.accountEnabled }),
    (state) => ({ ...state, userType: end.userType }),
  ];
}

/** What a reconcile then knows, every group answering and nothing held. */
function reconciled(
  facts: Facts,
  { groups, accountEnabled, userType }: State,
  rules: ActiveRules,
  minute: number,
): Facts {
  const inside = Object.keys(groups).filter((id) => groups[id] !== 'out');
  const directGroups = new Set(inside.filter((id) => groups[id] === 'direct'));
  const reading = found(inside, { minute, accountEnabled, userType, directGroups });
  const evidence = Object.fromEntries(groupPool.map((id) => [id, 'present' as const]));
  return learn(facts, reading, knowledge(rules, { evidence })).facts;
}

/** One way to the end: by any state, in any order, the user looked at in between or not. */
interface Way {
  readonly by: State;
  readonly order: readonly number[];
  readonly looks: readonly number[];
}
const count = 2 * (groupPool.length + 2);
const half = fc.shuffledSubarray([...Array(count / 2).keys()], { minLength: count / 2 });
const ways: fc.Arbitrary<Way> = fc.record({
  by: states,
  order: fc.tuple(half, half).map(([there, on]) => [...there, ...on.map((event) => event + count / 2)]),
  looks: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }),
});

function factsAfter({ by, order, looks }: Way, start: State, end: State, rules: ActiveRules): Facts {
  const events = [...eventsTo(by), ...eventsTo(end)];
  let state = start;
  let minute = 30;
  let facts = reconciled(noFacts, start, rules, minute);
  for (const [index, event] of order.entries()) {
    state = events[event]?.(state) ?? state;
    for (let look = 0; look < (looks[index] ?? 0); look += 1) facts = reconciled(facts, state, rules, (minute += 3));
  }
  // Once the directory is quiet, and again when what was learned is old enough to be overturned.
  facts = reconciled(facts, state, rules, minute + 3);
  return reconciled(facts, state, rules, minute + 60);
}

describe('the order of events', () => {
  it('never changes what a user has in the end, nor does what was in between, seen or not (promise 5)', () => {
    const world = fc.record({ start: states, end: states, rules: arbitraryRules, exceptions: arbitraryExceptions });
    const now = new Date(at(200));
    fc.assert(
      fc.property(world, ways, ways, ({ start, end, rules, exceptions }, one, other) => {
        const [first, second] = [one, other].map((way) =>
          decide(factsAfter(way, start, end, rules), rules, exceptions, now),
        );
        expect(second).toEqual(first);
        // Nor does it matter that anything was otherwise before.
        expect(first).toEqual(decide(reconciled(noFacts, end, rules, 150), rules, exceptions, now));
      }),
      { numRuns: 1_000 },
    );
  });
});
