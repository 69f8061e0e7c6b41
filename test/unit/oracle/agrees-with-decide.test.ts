import fc from 'fast-check';
import { counting, type OracleException } from '../../../dev/oracle/exceptions.ts';
import type { ExpectedFacts } from '../../../dev/oracle/expected-facts.ts';
import { type ExpectedAssignment, expectedUser } from '../../../dev/oracle/expected-user.ts';
import { mappings, readRules } from '../../../dev/oracle/rules.ts';
import { tellConflict } from '../../../dev/oracle/take-away.ts';
import type { Assignment, Source } from '../../../src/lib/model/access.ts';
import { type ActiveRules, mappedGroups } from '../../../src/lib/model/active-rules.ts';
import type { AccessException } from '../../../src/lib/model/exception.ts';
import type { AccountFact, Facts, Spell } from '../../../src/lib/model/facts.ts';
import { decide } from '../../../src/lib/plan/decide.ts';
import { arbitraryExceptions } from '../../builders/arbitrary-exceptions.ts';
import { arbitraryFacts, arbitraryRules } from '../../builders/arbitrary-world.ts';
import { at } from '../../builders/times.ts';

const now = new Date(at(70));

/** Recorded facts in the words of the oracle, which knows nothing of times: only what counts since the mapping. */
function factsFor(facts: Facts, account: AccountFact, rules: ActiveRules): ExpectedFacts {
  const groups = [...mappedGroups(rules).values()];
  const inSome = (spellOf: (id: string) => Spell | undefined, since: 'mappedSince' | 'directSince', pending = false) =>
    new Set(
      groups
        .filter((group) => {
          const spell = spellOf(group.groupId);
          const counts = spell?.in === true && spell.since >= (group[since] ?? group.mappedSince);
          return counts && (!pending || spell.pendingSince !== undefined);
        })
        .map(({ groupId }) => groupId),
    );
  const member = (id: string): Spell | undefined => facts.groups[id]?.member;
  const direct = (id: string): Spell | undefined => facts.groups[id]?.direct;
  return {
    state: account.state,
    type: account.type,
    member: inSome(member, 'mappedSince'),
    direct: inSome(direct, 'directSince'),
    pendingMember: inSome(member, 'mappedSince', true),
    pendingDirect: inSome(direct, 'directSince', true),
  };
}

function exceptionFor({ entitlement, scopes, ...rest }: AccessException): OracleException {
  return { ...rest, kind: entitlement.kind, entitlementId: entitlement.id, scopes: [...scopes] };
}

function assignmentFor({ kind, id, scopes, exceptScopes = [], sources, pendingSince }: Assignment): ExpectedAssignment {
  return {
    kind,
    id,
    scopes,
    exceptScopes,
    sources: sources.map(sourceFor).sort(),
    pending: pendingSince !== undefined,
  };
}

function sourceFor(source: Source): string {
  if (source.origin === 'group') return `${source.ruleId}@${source.groupId}`;
  return source.origin === 'exception' ? `exception:${source.exceptionId}` : 'default';
}

describe('the oracle and the app, each thinking in its own way', () => {
  it('agree on what anybody should have in 1,500 random worlds', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, arbitraryExceptions, (facts, rules, exceptions) => {
        if (facts.account === undefined) return;
        const access = decide(facts, rules, exceptions, now);
        const document = readRules(JSON.parse(JSON.stringify(rules.document)));
        const expected = expectedUser(
          factsFor(facts, facts.account, rules),
          document,
          mappings(document, rules.pins),
          counting(exceptions.map(exceptionFor), now.getTime()),
        );
        const byKey = (a: ExpectedAssignment, b: ExpectedAssignment): number =>
          `${a.kind} ${a.id}` < `${b.kind} ${b.id}` ? -1 : 1;
        const reported = access.conflicts.filter(({ action }) => action === 'report').map(tellConflict);
        expect(access.state).toBe(expected.state);
        expect(access.assignments.map(assignmentFor).sort(byKey)).toEqual(expected.assignments);
        expect(reported.sort()).toEqual(expected.conflicts);
      }),
      { numRuns: 1_500 },
    );
  });
});
