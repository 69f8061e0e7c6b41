import type { Facts, GroupFact } from '../../../src/lib/model/facts.ts';
import { noFacts } from '../../../src/lib/model/facts.ts';
import { learn, pendingLedgers, type Learned } from '../../../src/lib/plan/learn.ts';
import { account, factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { knowledge } from '../../builders/knowledge.ts';
import { found, missing } from '../../builders/reading.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const rules = rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['user'])]);
const directRules = rulesOf([rule('a', alpha, ['admin'], { membership: 'direct' })]);
const now = at(60);

/** A lesson with every list empty but those given. */
function lesson(facts: Facts, special: Partial<Omit<Learned, 'facts'>> = {}): Learned {
  return { facts, losses: [], unproven: [], tooYoung: false, settled: [], ...special };
}

const loss = (ledger: string, groupDeleted = false) => ({ ledger, since: at(0), groupDeleted });
const fresh = account({ since: now, typeSince: now });

describe('learn, groups of a user who was found', () => {
  it('learns the account and the mapped groups of somebody new, and nothing of groups that no rule maps', () => {
    expect(learn(noFacts, found([beta, gamma, alpha]), knowledge(rules))).toEqual(
      lesson({ account: fresh, groups: { [alpha]: { member: inSince(now) }, [beta]: { member: inSince(now) } } }),
    );
  });

  it('writes groups in order of id, in whatever order they come', () => {
    const reversed = rulesOf([rule('b', beta, ['user']), rule('a', alpha, ['admin'])]);
    const { facts } = learn(memberOf([beta, alpha]), found([beta, alpha]), knowledge(reversed));
    expect(Object.keys(facts.groups)).toEqual([alpha, beta]);
  });

  it('names the lost groups that were not asked yet, and keeps their facts', () => {
    expect(learn(memberOf([alpha, beta]), found([beta]), knowledge(rules))).toEqual(
      lesson(memberOf([alpha, beta]), { unproven: [alpha] }),
    );
  });

  it.each([
    ['a group that answers', 'present', false],
    ['a deleted group', 'deleted', true],
  ] as const)('ends the fact of %s, names the loss and remembers the out', (_case, evidence, groupDeleted) => {
    expect(
      learn(memberOf([alpha, beta]), found([beta]), knowledge(rules, { evidence: { [alpha]: evidence } })),
    ).toEqual(
      lesson(factsOf({ [alpha]: { member: outSince(now) }, [beta]: { member: inSince(at(0)) } }), {
        losses: [loss(alpha, groupDeleted)],
      }),
    );
  });

  it('keeps the fact of a group that does not answer (A23)', () => {
    expect(learn(memberOf([alpha]), found(), knowledge(rules, { evidence: { [alpha]: 'unknown' } }))).toEqual(
      lesson(memberOf([alpha])),
    );
  });

  it('keeps a loss that its ledger refused, marked as waiting, and no other', () => {
    const knows = knowledge(rules, { evidence: { [alpha]: 'present', [beta]: 'present' }, held: [alpha] });
    expect(learn(memberOf([alpha, beta]), found(), knows)).toEqual(
      lesson(factsOf({ [alpha]: { member: inSince(at(0), now) }, [beta]: { member: outSince(now) } }), {
        losses: [loss(beta)],
      }),
    );
  });

  it('settles the ledger of a member who waited and was found again', () => {
    const waiting = factsOf({ [alpha]: { member: inSince(at(0), at(1)) } });
    expect(learn(waiting, found([alpha]), knowledge(rules))).toEqual(lesson(memberOf([alpha]), { settled: [alpha] }));
  });

  it('claims, and does not settle, when a member who waited may go', () => {
    const waiting = factsOf({ [alpha]: { member: inSince(at(0), at(1)) } });
    expect(learn(waiting, found(), knowledge(rules, { evidence: { [alpha]: 'present' } }))).toEqual(
      lesson(factsOf({ [alpha]: { member: outSince(now) } }), { losses: [loss(alpha)] }),
    );
  });

  it('drops the facts of a group that is no longer mapped, and settles its ledger', () => {
    const waiting = factsOf({ [gamma]: { member: inSince(at(0), at(1)) } });
    expect(learn(waiting, found([gamma]), knowledge(rules))).toEqual(lesson(factsOf({}), { settled: [gamma] }));
  });

  it('says that a fact was too young, and keeps it', () => {
    const young = factsOf({ [alpha]: { member: inSince(at(58)) } });
    expect(learn(young, found(), knowledge(rules, { evidence: { [alpha]: 'present' } }))).toEqual(
      lesson(young, { tooYoung: true }),
    );
  });
});

describe('learn, directness', () => {
  const present = knowledge(directRules, { evidence: { [alpha]: 'present' } });
  const both = (since: string): GroupFact => ({ member: inSince(since), direct: inSince(since) });
  const direct = { directGroups: new Set([alpha]) };
  const nested = { directGroups: new Set<string>() };

  it.each<[string, GroupFact | undefined, Parameters<typeof found>, GroupFact | undefined, Partial<Learned>]>([
    ['a direct member', undefined, [[alpha], direct], both(now), {}],
    ['a nested member', undefined, [[alpha], nested], { member: inSince(now) }, {}],
    [
      'a nested member who becomes direct',
      { member: inSince(at(0)) },
      [[alpha], direct],
      { member: inSince(at(0)), direct: inSince(now) },
      {},
    ],
    [
      'a direct member who is only nested now',
      both(at(0)),
      [[alpha], nested],
      { member: inSince(at(0)), direct: outSince(now) },
      { losses: [loss(alpha)] },
    ],
    [
      'a direct member who left: one loss',
      both(at(0)),
      [[], nested],
      { member: outSince(now), direct: outSince(now) },
      { losses: [loss(alpha)] },
    ],
    [
      'a direct member who left, directness not read',
      both(at(0)),
      [[]],
      { member: outSince(now), direct: outSince(now) },
      { losses: [loss(alpha)] },
    ],
    ['a member whose directness was not read', both(at(0)), [[alpha]], both(at(0)), {}],
    [
      'young directness: it shows the membership, too',
      { member: inSince(at(0)), direct: inSince(at(58)) },
      [[], nested],
      { member: inSince(at(0)), direct: inSince(at(58)) },
      { tooYoung: true },
    ],
    [
      'a young out: directness waits with it',
      { member: outSince(at(58)) },
      [[alpha], direct],
      { member: outSince(at(58)) },
      { tooYoung: true },
    ],
    ['answers that contradict each other: in', both(at(0)), [[], direct], both(at(0)), {}],
    [
      'directness from before the mapping',
      { member: inSince(at(0)), direct: inSince(at(-99_999)) },
      [[alpha]],
      { member: inSince(at(0)) },
      {},
    ],
  ])('%s', (_case, recorded, [groupIds, special], fact, marks) => {
    const before = factsOf(recorded === undefined ? {} : { [alpha]: recorded });
    expect(learn(before, found(groupIds, special), present)).toEqual(
      lesson(factsOf(fact === undefined ? {} : { [alpha]: fact }), marks),
    );
  });

  it('asks once for a group whose membership and directness are both lost', () => {
    expect(learn(factsOf({ [alpha]: both(at(0)) }), found([], nested), knowledge(directRules))).toEqual(
      lesson(factsOf({ [alpha]: both(at(0)) }), { unproven: [alpha] }),
    );
  });

  it('lets directness wait with the membership that a hold keeps', () => {
    const held = knowledge(directRules, { evidence: { [alpha]: 'present' }, held: [alpha] });
    const waits = inSince(at(0), now);
    expect(learn(factsOf({ [alpha]: both(at(0)) }), found([], nested), held)).toEqual(
      lesson(factsOf({ [alpha]: { member: waits, direct: waits } })),
    );
  });

  it('lets no out wait', () => {
    const held = knowledge(directRules, { evidence: { [alpha]: 'present' }, held: [alpha] });
    expect(
      learn(factsOf({ [alpha]: { member: inSince(at(0)), direct: outSince(at(58)) } }), found([], nested), held),
    ).toEqual(lesson(factsOf({ [alpha]: { member: inSince(at(0), now), direct: outSince(at(58)) } })));
  });

  it('lets directness alone wait when only it is lost', () => {
    const held = knowledge(directRules, { evidence: { [alpha]: 'present' }, held: [alpha] });
    expect(learn(factsOf({ [alpha]: both(at(0)) }), found([alpha], nested), held)).toEqual(
      lesson(factsOf({ [alpha]: { member: inSince(at(0)), direct: inSince(at(0), now) } })),
    );
  });
});

describe('learn, without a list of memberships', () => {
  const waiting = { [alpha]: { member: inSince(at(0), at(1)) }, [beta]: { member: inSince(at(0)) } };

  it.each(['absent', 'group'] as const)('keeps every mapped fact when the id is %s', (kind) => {
    const recorded = factsOf({ ...waiting, [gamma]: { member: inSince(at(0)) } });
    expect(learn(recorded, missing(kind), knowledge(rules))).toEqual(lesson(factsOf(waiting)));
  });

  it('drops facts from before the mapping', () => {
    const remapped = rulesOf([rule('a', alpha, ['admin'])], { mappedSince: at(30) });
    expect(learn(memberOf([alpha]), missing('absent'), knowledge(remapped))).toEqual(lesson(factsOf({})));
  });

  it('learns of somebody never recorded only that they are gone, never what they belong to', () => {
    expect(learn(noFacts, missing('absent'), knowledge(rules))).toEqual(lesson(noFacts));
    expect(learn(noFacts, missing('deleted'), knowledge(rules))).toEqual(
      lesson(factsOf({}, { state: 'deleted', since: now, typeSince: now })),
    );
  });

  it('ends the groups of a deleted account with it: one loss, under accounts; what waited is settled', () => {
    expect(learn(factsOf(waiting), missing('deleted'), knowledge(rules))).toEqual(
      lesson(factsOf({}, { state: 'deleted', since: now }), { losses: [loss('accounts')], settled: [alpha] }),
    );
  });

  it('keeps the groups of a deleted account whose loss is held', () => {
    expect(learn(factsOf(waiting), missing('deleted'), knowledge(rules, { held: ['accounts'] }))).toEqual(
      lesson(factsOf(waiting, { pendingSince: now })),
    );
  });
});

describe('pendingLedgers', () => {
  it('names accounts and every group in which something waits', () => {
    const waits = inSince(at(0), at(1));
    const facts = factsOf(
      {
        [alpha]: { member: waits },
        [beta]: { member: inSince(at(0)) },
        [gamma]: { member: inSince(at(0)), direct: waits },
      },
      { pendingSince: at(1) },
    );
    expect(pendingLedgers(facts)).toEqual(['accounts', alpha, gamma]);
    expect(pendingLedgers(memberOf([alpha]))).toEqual([]);
  });
});
