import fc from 'fast-check';
import { z } from 'zod';
import { assignmentSchema, conflictSchema, loserSchema } from '../../../src/lib/model/access-schema.ts';
import { factsSchema } from '../../../src/lib/model/facts-schema.ts';
import { decided } from '../../builders/decided.ts';
import { learn } from '../../../src/lib/plan/learn.ts';
import { arbitraryExceptions } from '../../builders/arbitrary-exceptions.ts';
import {
  arbitraryFacts,
  arbitraryKnowledge,
  arbitraryReading,
  arbitraryRules,
} from '../../builders/arbitrary-world.ts';
import { groupId, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

/** A value as it comes back from a column that holds JSON. */
function stored<T>(schema: z.ZodType<T>, value: T): T {
  return schema.parse(JSON.parse(JSON.stringify(value)));
}

// Recorded and desired are compared as JSON: a key that came back in another place would be a change each time (promise 4).
describe('what is stored comes back to the letter', () => {
  it('assignments, losers and conflicts that decide gives', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, arbitraryExceptions, (facts, rules, exceptions) => {
        const { assignments, losers, conflicts } = decided(facts, rules, exceptions);
        expect(JSON.stringify(stored(z.array(assignmentSchema), [...assignments]))).toBe(JSON.stringify(assignments));
        expect(JSON.stringify(stored(z.array(loserSchema), [...losers]))).toBe(JSON.stringify(losers));
        expect(JSON.stringify(stored(z.array(conflictSchema), [...conflicts]))).toBe(JSON.stringify(conflicts));
      }),
    );
  });

  it('a role that a stronger one outranks in some scope, and that only a hold keeps', () => {
    const minute = at(0);
    const pending = { member: { in: true, since: minute, pendingSince: at(30) } };
    const facts = {
      account: { state: 'enabled' as const, since: minute, type: 'member' as const, typeSince: minute },
      groups: { [groupId('a')]: pending, [groupId('b')]: pending },
    };
    const rules = rulesOf(
      [
        rule('strong', groupId('a'), { roles: ['admin'] }, { scopes: ['s1'] }),
        rule('weak', groupId('b'), { roles: ['user'] }),
      ],
      { roleResolution: 'strongest' },
    );
    const { assignments } = decided(facts, rules);
    expect(assignments.map(({ exceptScopes }) => exceptScopes)).toContainEqual(['s1']);
    expect(JSON.stringify(stored(z.array(assignmentSchema), [...assignments]))).toBe(JSON.stringify(assignments));
  });

  it('facts that learn gives', () => {
    const world = arbitraryRules.chain((rules) => arbitraryKnowledge(rules));
    fc.assert(
      fc.property(arbitraryFacts, arbitraryReading, world, (recorded, reading, knowledge) => {
        const { facts } = learn(stored(factsSchema, recorded), reading, knowledge);
        expect(JSON.stringify(stored(factsSchema, facts))).toBe(JSON.stringify(facts));
      }),
    );
  });
});
