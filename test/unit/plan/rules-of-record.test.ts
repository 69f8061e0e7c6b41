import { keepingOlder, olderVersion, rulesUntilRead } from '../../../src/lib/plan/rules-of-record.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const conflict = { id: 'c', roles: ['admin', 'user'], action: 'report' as const };
const older = rulesOf([rule('a', alpha, ['admin'])]);
const record = recordOf(memberOf([alpha]), older);
const moved = rulesOf([rule('a', beta, ['admin'])], { version: 3, conflicts: [conflict] });

describe('the rules that a record stands under', () => {
  it.each<[string, number | undefined, number, number | undefined]>([
    ['nobody is recorded', undefined, 3, undefined],
    ['recorded before any rules', 0, 3, undefined],
    ['decided by those in force', 3, 3, undefined],
    ['decided by older ones', 2, 3, 2],
  ])('are older ones or not: %s', (_case, rulesVersion, version, expected) => {
    const recorded = rulesVersion === undefined ? undefined : { ...record, rulesVersion };
    expect(olderVersion(recorded, rulesOf([], { version }))).toBe(expected);
  });

  it('say what groups give, and those in force what there is and what excludes what', () => {
    const { version, document, pins } = keepingOlder(older, moved);
    expect([version, document.rules, pins]).toEqual([1, older.document.rules, older.pins]);
    expect(document.conflicts).toEqual(moved.document.conflicts);
  });
});

describe('the rules for somebody whose groups the directory did not tell', () => {
  const decide = (inForce: typeof older) =>
    rulesUntilRead({ record, exceptions: [] }, older, inForce, new Date(at(70)));

  it('are those in force where they map nothing anew', () => {
    const inForce = rulesOf([rule('a', alpha, ['user'])], { version: 2 });
    expect(decide(inForce)).toBe(inForce);
  });

  it('give what older ones gave where something is to be read, and stay of their version', () => {
    expect(decide(moved)).toEqual(keepingOlder(older, moved));
    const more = rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['user'])], { version: 2 });
    expect(decide(more)).toEqual({ ...more, version: 1 });
  });
});
