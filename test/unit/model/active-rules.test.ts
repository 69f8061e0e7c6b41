import { pinsSchema } from '../../../src/lib/model/active-rules-schema.ts';
import { mappedGroups } from '../../../src/lib/model/active-rules.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

describe('mappedGroups', () => {
  const since = { mappedSince: at(0), directSince: at(1) };

  it('has each group of an enabled rule once, with what all its pins say', () => {
    const rules = rulesOf(
      [
        rule('1', alpha, ['user']),
        rule('2', alpha, ['admin'], { membership: 'direct' }),
        rule('3', beta, ['user']),
        rule('4', gamma, ['user'], { enabled: false }),
      ],
      since,
    );
    expect(mappedGroups(rules)).toEqual(
      new Map([
        [alpha, { groupId: alpha, displayName: 'Group a', mappedSince: at(0), directSince: at(1) }],
        [beta, { groupId: beta, displayName: 'Group b', mappedSince: at(0) }],
      ]),
    );
  });

  it('leaves out a group that is switched off, and a pin whose rule is gone', () => {
    const rules = rulesOf([rule('1', alpha, ['user']), rule('2', beta, ['user'])], {
      groups: [
        { id: alpha.toUpperCase(), enabled: false },
        { id: beta, enabled: true },
      ],
    });
    const gone = rules.pins.map((pin) => ({ ...pin, ruleId: 'gone', groupId: gamma }));
    expect([...mappedGroups({ ...rules, pins: [...rules.pins, ...gone] }).keys()]).toEqual([beta]);
  });

  it('takes directness from whichever pin has it', () => {
    const rules = rulesOf([rule('1', alpha, ['user']), rule('2', alpha, ['admin'])], since);
    const [first, second] = rules.pins;
    if (!first || !second) throw new Error('Two rules have two pins.');
    const direct = { ...first, directSince: at(2) };
    for (const pins of [
      [direct, second],
      [second, direct],
    ]) {
      expect(mappedGroups({ ...rules, pins }).get(alpha)?.directSince).toBe(at(2));
    }
  });
});

describe('pinsSchema', () => {
  it('keeps what a newer version wrote', () => {
    const { pins } = rulesOf([rule('1', alpha, ['user'], { membership: 'direct' })]);
    const newer = pins.map((pin) => ({ ...pin, parts: { Env: 'Dev' } }));
    expect(pinsSchema.parse(newer)).toEqual(newer);
    expect(pinsSchema.safeParse([{ ruleId: '1' }]).success).toBe(false);
  });
});
