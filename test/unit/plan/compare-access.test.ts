import fc from 'fast-check';
import type { Access, Assignment } from '../../../src/lib/model/access.ts';
import { compareAccess, takesSomething } from '../../../src/lib/plan/compare-access.ts';
import { active, from, role } from '../../builders/access.ts';
import { arbitraryFacts, arbitraryRules } from '../../builders/arbitrary-world.ts';
import { decided } from '../../builders/decided.ts';
import { alpha, beta } from '../../builders/rules.ts';

const source = from('1', alpha);
const user = role('user', [source]);
const admin = role('admin', [source]);
const team: Assignment = { kind: 'team', id: 'blue', scopes: [], sources: [source] };
const within = (...scopes: readonly string[]): Assignment => ({ ...user, scopes });
const except = (...exceptScopes: readonly string[]): Assignment => ({ ...user, exceptScopes });

describe('what a user gains and loses', () => {
  const nothing = { gained: [], lost: [], changed: [] };

  it.each<[string, Access | undefined, Access, ReturnType<typeof compareAccess>]>([
    ['nothing', active([user]), active([user]), nothing],
    ['what is new to somebody who was not recorded', undefined, active([user]), { ...nothing, gained: [user] }],
    [
      'what is there on one side only, in order',
      active([team, user]),
      active([admin]),
      { gained: [admin], lost: [user, team], changed: [] },
    ],
    [
      'what differs in its scopes',
      active([within('s1')]),
      active([within('s2')]),
      { ...nothing, changed: [{ before: within('s1'), after: within('s2') }] },
    ],
    [
      'everything of who is suspended',
      active([user]),
      { ...active([user]), state: 'suspended' },
      { ...nothing, lost: [user] },
    ],
    [
      'nothing of who stays suspended',
      { ...active([user]), state: 'suspended' },
      { ...active([]), state: 'suspended' },
      nothing,
    ],
    [
      'everything of who comes back',
      { ...active([user]), state: 'suspended' },
      active([user]),
      { ...nothing, gained: [user] },
    ],
  ])('is %s', (_case, before, after, difference) => {
    expect(compareAccess(before, after)).toEqual(difference);
  });

  it('lists changed assignments in the order of entitlements', () => {
    const narrow = (one: Assignment): Assignment => ({ ...one, scopes: ['s1'] });
    const { changed } = compareAccess(active([team, user, admin]), active([narrow(team), narrow(admin), narrow(user)]));
    expect(changed.map(({ after }) => after.id)).toEqual(['admin', 'user', 'blue']);
  });

  it.each<[string, Assignment, Assignment, boolean]>([
    ['other sources of the same', user, { ...user, sources: [from('2', beta)] }, false],
    ['a loss that waits for a person', user, { ...user, pendingSince: 'now' }, false],
    ['a scope instead of everywhere', user, within('s1'), true],
    ['everywhere instead of a scope', within('s1'), user, false],
    ['one scope fewer', within('s1', 's2'), within('s1'), true],
    ['one scope more', within('s1'), within('s1', 's2'), false],
    ['an exception from everywhere', user, except('s1'), true],
    ['an exception less', except('s1', 's2'), except('s1'), false],
    ['another exception', except('s1'), except('s2'), true],
    ['everywhere but where it was held', within('s1'), except('s1'), true],
    ['everywhere but somewhere else', within('s1'), except('s2'), false],
  ])('says of %s whether it takes something', (_case, before, after, takes) => {
    expect(takesSomething(compareAccess(active([before]), active([after])))).toBe(takes);
  });

  it('takes something when an entitlement goes, nothing when one comes', () => {
    expect(takesSomething(compareAccess(active([user, team]), active([user])))).toBe(true);
    expect(takesSomething(compareAccess(active([user]), active([user, team])))).toBe(false);
  });

  it('is empty exactly when nothing in effect differs, and reads the same from the other side', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRules, arbitraryRules, (facts, rulesBefore, rulesAfter) => {
        const before = decided(facts, rulesBefore);
        const after = decided(facts, rulesAfter);
        const forth = compareAccess(before, after);
        const back = compareAccess(after, before);
        expect(back.gained).toEqual(forth.lost);
        expect(back.lost).toEqual(forth.gained);
        expect(back.changed).toEqual(forth.changed.map((one) => ({ before: one.after, after: one.before })));
        expect(compareAccess(before, before)).toEqual(nothing);
      }),
    );
  });
});
