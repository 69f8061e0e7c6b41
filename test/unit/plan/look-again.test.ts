import type { Facts } from '../../../src/lib/model/facts.ts';
import type { UserReading } from '../../../src/lib/model/reading.ts';
import type { Hint } from '../../../src/lib/model/request.ts';
import { factsDiffer, type Glance, shouldLookAgain, shows } from '../../../src/lib/plan/look-again.ts';
import { factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { found, missing } from '../../builders/reading.ts';
import { alpha, beta } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const joined: Hint = { groupId: alpha, membership: 'joined' };
const left: Hint = { groupId: alpha, membership: 'left' };
const guest = found([], { userType: 'guest' });
const disabled = found([], { accountEnabled: false });
const unreadable = found([], { accountEnabled: undefined, userType: undefined });

describe('shows', () => {
  it.each<[string, UserReading, Hint, boolean]>([
    ['joined, in', found([alpha]), joined, true],
    ['joined, out', found([beta]), joined, false],
    ['left, in', found([alpha]), left, false],
    ['left, out', found([]), left, true],
    ['joined, not there', missing('absent'), joined, false],
    ['joined, deleted', missing('deleted'), joined, false],
    ['joined, a group: nothing to wait for', missing('group'), joined, true],
    ['gone, deleted', missing('deleted'), { account: 'gone' }, true],
    ['gone, not there: unproven', missing('absent'), { account: 'gone' }, false],
    ['gone, found', found(), { account: 'gone' }, false],
    ['enabled, enabled', found(), { account: 'enabled' }, true],
    ['enabled, disabled', disabled, { account: 'enabled' }, false],
    ['enabled, unreadable', unreadable, { account: 'enabled' }, false],
    ['disabled, disabled', disabled, { account: 'disabled' }, true],
    ['disabled, enabled', found(), { account: 'disabled' }, false],
    ['disabled, deleted', missing('deleted'), { account: 'disabled' }, false],
    ['a guest, a guest', guest, { userType: 'guest' }, true],
    ['a guest, a member', found(), { userType: 'guest' }, false],
    ['a member, unreadable', unreadable, { userType: 'member' }, false],
    ['joined and a guest, in and a member', found([alpha]), { ...joined, userType: 'guest' }, false],
    ['nothing announced', found(), {}, true],
  ])('%s', (_case, reading, hint, expected) => {
    expect(shows(reading, hint)).toBe(expected);
  });
});

describe('shouldLookAgain', () => {
  const quiet: Glance = {
    look: 0,
    factsChanged: false,
    isRepeated: false,
    tooYoung: false,
    rulesWait: false,
    hint: undefined,
    reading: found(),
  };

  it.each<[string, Partial<Glance>, boolean]>([
    ['nothing changed', {}, false],
    ['a fact changed', { factsChanged: true }, true],
    ['a fact was too young', { tooYoung: true }, true],
    ['newer rules wait for a reading', { rulesWait: true, reading: missing('absent') }, true],
    ['newer rules wait after two looks', { rulesWait: true, reading: missing('absent'), look: 2 }, false],
    ['the announced is seen', { hint: joined, reading: found([alpha]) }, false],
    ['the announced is not seen', { hint: joined }, true],
    ['the announced is still not seen a look later', { hint: joined, look: 1 }, false],
    ['a fact changed a look later', { factsChanged: true, look: 1 }, true],
    ['a try before this one may have changed a fact', { isRepeated: true }, true],
    ['a fact changed after two looks', { factsChanged: true, tooYoung: true, look: 2 }, false],
  ])('%s', (_case, glance, expected) => {
    expect(shouldLookAgain({ ...quiet, ...glance })).toBe(expected);
  });
});

describe('factsDiffer', () => {
  const both = (direct = inSince(at(0))): Facts => factsOf({ [alpha]: { member: inSince(at(0)), direct } });

  it.each<[string, Facts, Facts, boolean]>([
    ['the same', both(), both(), false],
    ['in another order', memberOf([alpha, beta]), memberOf([beta, alpha]), false],
    ['joined', memberOf([alpha]), memberOf([alpha, beta]), true],
    ['left', memberOf([alpha]), factsOf({ [alpha]: { member: outSince(at(60)) } }), true],
    ['an out forgotten', factsOf({ [alpha]: { member: outSince(at(1)) } }), factsOf({}), false],
    ['directness lost', both(), both(outSince(at(60))), true],
    ['an out of directness forgotten', both(outSince(at(1))), memberOf([alpha]), false],
    ['waiting', memberOf([alpha]), factsOf({ [alpha]: { member: inSince(at(0), at(60)) } }), true],
    ['the account', memberOf([]), memberOf([], { state: 'disabled' }), true],
    ['the account, for the first time', { groups: {} }, memberOf([]), true],
  ])('%s', (_case, before, after, expected) => {
    expect(factsDiffer(before, after)).toBe(expected);
    expect(factsDiffer(after, before)).toBe(expected);
  });
});
