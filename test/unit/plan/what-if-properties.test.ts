import fc from 'fast-check';
import type { Access } from '../../../src/lib/model/access.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import { type Facts, noFacts } from '../../../src/lib/model/facts.ts';
import type { MembershipChange } from '../../../src/lib/model/membership-change.ts';
import { compareAccess } from '../../../src/lib/plan/compare-access.ts';
import { decide } from '../../../src/lib/plan/decide.ts';
import { learn } from '../../../src/lib/plan/learn.ts';
import type { MembershipGraph } from '../../../src/lib/plan/membership-graph.ts';
import { membershipDifference, whatIf } from '../../../src/lib/plan/what-if.ts';
import { arbitraryExceptions } from '../../builders/arbitrary-exceptions.ts';
import { arbitraryRules, groupPool } from '../../builders/arbitrary-world.ts';
import { knowledge } from '../../builders/knowledge.ts';
import { found } from '../../builders/reading.ts';
import { groupId } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const now = new Date(at(120));
/** Mapped groups and others. */
const allGroups = [...groupPool, groupId('e'), groupId('f')];

/** A little directory: who is directly in what, groups in groups included, cycles and all. */
interface Directory {
  readonly user: ReadonlySet<string>;
  readonly nested: ReadonlySet<string>;
}
const edges = allGroups.flatMap((child) =>
  allGroups.filter((one) => one !== child).map((parent) => `${child}>${parent}`),
);
const directories: fc.Arbitrary<Directory> = fc.record({
  user: fc.subarray(allGroups, { maxLength: 3 }).map((ids) => new Set(ids)),
  nested: fc.subarray(edges, { maxLength: 6 }).map((ids) => new Set(ids)),
});

/** Every group the user is in, by going over all edges until nothing is new. */
function closure({ user, nested }: Directory): ReadonlySet<string> {
  const groups = new Set(user);
  for (let size = -1; size !== groups.size;) {
    size = groups.size;
    for (const edge of nested) {
      const [child = '', parent = ''] = edge.split('>');
      if (groups.has(child)) groups.add(parent);
    }
  }
  return groups;
}

/** What a reconcile knows that reads the directory then, every group answering and nothing held. */
function read(before: Facts, directory: Directory, rules: ActiveRules, minute: number): Facts {
  const reading = found([...closure(directory)], { minute, directGroups: directory.user });
  const evidence = Object.fromEntries(allGroups.map((id) => [id, 'present' as const]));
  return learn(before, reading, knowledge(rules, { evidence })).facts;
}

function graphOf({ user, nested }: Directory): MembershipGraph {
  const parentsOf = (child: string): string[] =>
    [...nested].flatMap((edge) => (edge.startsWith(`${child}>`) ? [edge.slice(child.length + 1)] : []));
  return { direct: user, parents: new Map(allGroups.map((id) => [id, parentsOf(id)])) };
}

const nobody: Access = { state: 'active', assignments: [], losers: [], conflicts: [] };

const change: fc.Arbitrary<MembershipChange> = fc.record({
  kind: fc.constantFrom('joined' as const, 'left' as const),
  groupId: fc.constantFrom(...allGroups),
});

describe('what would be if a user joined or left a group', () => {
  it('equals really doing it in a copy, in 1,000 random worlds', () => {
    const world = fc.record({
      directory: directories,
      rules: arbitraryRules,
      exceptions: fc.oneof(fc.constant([]), arbitraryExceptions),
      isRecorded: fc.boolean(),
      change,
    });
    fc.assert(
      fc.property(world, ({ directory, rules, exceptions, isRecorded, change: tried }) => {
        const facts = read(noFacts, directory, rules, 50);
        const candidate = { isRecorded, facts, exceptions };
        const told = whatIf(candidate, rules, now, membershipDifference(graphOf(directory), tried));

        const user = new Set(directory.user);
        if (tried.kind === 'joined') user.add(tried.groupId);
        else user.delete(tried.groupId);
        const really = read(facts, { ...directory, user }, rules, 120);
        // Who is in no mapped group has no record, and none is made while that is so (P9); one that is there stays.
        const isKnown = [facts, really].map(({ groups }) => exceptions.length + Object.keys(groups).length > 0);
        const [before, after] = [isRecorded || isKnown[0], isRecorded || isKnown.includes(true)];
        const happened = compareAccess(
          before ? decide(facts, rules, exceptions, now) : undefined,
          after ? decide(really, rules, exceptions, now) : nobody,
        );
        expect(told).toEqual(happened);
      }),
      { numRuns: 1_000 },
    );
  });
});
