import type { Facts } from '../../../src/lib/model/facts.ts';
import { feedSummary } from '../../../src/lib/plan/feed-summary.ts';
import { factsOf, memberOf } from '../../builders/facts.ts';
import { planOf, recordOf, userId } from '../../builders/record.ts';
import { alpha, beta, delta, gamma, rule, rulesOf } from '../../builders/rules.ts';

const rules = rulesOf([
  rule('a', alpha, ['admin']),
  rule('b', beta, { roles: ['user'], teams: ['red'] }),
  rule('c', gamma, ['user'], { scopes: ['s1'] }),
  rule('d', delta, { teams: ['red'] }),
]);

/** What the feed tells when a record of these groups comes to those facts. */
function summary(groupIds: readonly string[] | undefined, facts: Facts, ofRecord: Parameters<typeof memberOf>[1] = {}) {
  const recorded = groupIds && recordOf(memberOf(groupIds, ofRecord), rules);
  const plan = planOf(recorded, facts, rules, { displayName: 'Ada', userPrincipalName: 'lovelace@contoso.com' });
  return plan && feedSummary(plan);
}

const disabled = { state: 'disabled' } as const;

describe('feedSummary (R26, R27)', () => {
  it.each<[string, ReturnType<typeof summary>, object]>([
    ['somebody new', summary(undefined, memberOf([beta])), { granted: ['role|user', 'team|red'], revoked: [] }],
    [
      'a privileged role lost, others left',
      summary([alpha, beta], memberOf([beta])),
      { granted: [], revoked: ['role|admin'], severity: 'lostPrivileged' },
    ],
    [
      'a privileged role lost, another gained',
      summary([alpha], memberOf([beta])),
      { granted: ['role|user', 'team|red'], revoked: ['role|admin'], severity: 'lostPrivileged' },
    ],
    [
      'an ordinary one lost, others left',
      summary([alpha, beta], memberOf([alpha])),
      { granted: [], revoked: ['role|user', 'team|red'] },
    ],
    [
      'the last one lost',
      summary([beta], memberOf([])),
      { granted: [], revoked: ['role|user', 'team|red'], severity: 'lostAll' },
    ],
    [
      'the last one lost, privileged',
      summary([alpha], memberOf([])),
      { granted: [], revoked: ['role|admin'], severity: 'lostAll' },
    ],
    [
      'fewer scopes count as granted',
      summary([beta, gamma], memberOf([gamma])),
      { granted: ['role|user'], revoked: ['team|red'] },
    ],
    [
      'disabled',
      summary([alpha], memberOf([alpha], disabled)),
      { state: 'suspended', granted: [], revoked: ['role|admin'], severity: 'lostAll' },
    ],
    [
      'deleted while disabled: only the state changes',
      summary([alpha], factsOf({}, { state: 'deleted' }), disabled),
      { state: 'removed', granted: [], revoked: [] },
    ],
    ['enabled again', summary([alpha], memberOf([alpha]), disabled), { granted: ['role|admin'], revoked: [] }],
  ])('%s', (_case, told, expected) => {
    expect(told).toEqual({ userId, state: 'active', severity: 'normal', ...expected });
  });

  it('tells nothing of a new name, of another source, nor of a new record without anything in effect', () => {
    expect(summary([beta], memberOf([beta]))).toBeUndefined();
    // Another group gives the team as well, and then no longer.
    expect(summary([beta], memberOf([beta, delta]))).toBeUndefined();
    expect(summary([beta, delta], memberOf([beta]))).toBeUndefined();
    expect(summary(undefined, memberOf([alpha], { type: 'guest' }))).toBeUndefined();
  });
});
