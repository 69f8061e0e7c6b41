import type { AccountFact } from '../../../src/lib/model/facts.ts';
import type { UserReading } from '../../../src/lib/model/reading.ts';
import { type AccountLesson, learnAccount } from '../../../src/lib/plan/learn-account.ts';
import { account } from '../../builders/facts.ts';
import { knowledge } from '../../builders/knowledge.ts';
import { found, missing } from '../../builders/reading.ts';
import { rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const suspend = rulesOf([]);
const keep = rulesOf([], { disabledAccounts: 'keep' });
const now = at(60);

const enabled = found([], { accountEnabled: true });
const disabled = found([], { accountEnabled: false });
const unreadable = found([], { accountEnabled: undefined, userType: undefined });
const gone = missing('deleted');
const lostAccount = [{ ledger: 'accounts', since: at(0), groupDeleted: false }];

interface Row {
  readonly recorded: AccountFact | undefined;
  readonly reading: UserReading;
  readonly rules?: typeof suspend;
  readonly held?: boolean;
  readonly tombstoneSince?: string;
}

function lessonOf({ recorded, reading, rules = suspend, held = false, tombstoneSince }: Row): AccountLesson {
  const tombstone = tombstoneSince === undefined ? {} : { tombstoneSince };
  return learnAccount(recorded, reading, knowledge(rules, { held: held ? ['accounts'] : [], ...tombstone }));
}

const quiet = (fact: AccountFact | undefined): AccountLesson => ({ fact, losses: [], tooYoung: false });
const young = (fact: AccountFact): AccountLesson => ({ fact, losses: [], tooYoung: true });
const lost = (fact: AccountFact): AccountLesson => ({ fact, losses: lostAccount, tooYoung: false });

describe('learnAccount, the first fact', () => {
  const since = { since: now, typeSince: now };

  it.each<[string, UserReading, AccountFact | undefined]>([
    ['an enabled member', enabled, account(since)],
    [
      'a disabled guest',
      found([], { accountEnabled: false, userType: 'guest' }),
      account({ ...since, state: 'disabled', type: 'guest' }),
    ],
    ['a readable account without a type is a member', found([], { userType: undefined }), account(since)],
    ['an unreadable account is unknown', unreadable, undefined],
    ['an id that no user answers to is unknown', missing('absent'), undefined],
    ['a group is no account', missing('group'), undefined],
    ['somebody deleted before the account was ever read is gone', gone, account({ ...since, state: 'deleted' })],
  ])('%s', (_case, reading, fact) => {
    expect(lessonOf({ recorded: undefined, reading })).toEqual(quiet(fact));
  });
});

describe('learnAccount, the state', () => {
  const disabledFact = account({ state: 'disabled' });
  const deletedFact = account({ state: 'deleted' });
  const waits = account({ pendingSince: at(1) });
  const waitsNew = account({ pendingSince: at(58) });

  it.each<[string, Row, AccountLesson]>([
    ['enabled, seen enabled', { recorded: account(), reading: enabled }, quiet(account())],
    [
      'enabled, seen disabled: lost',
      { recorded: account(), reading: disabled },
      lost(account({ state: 'disabled', since: now })),
    ],
    [
      'enabled, seen disabled, where that takes nothing',
      { recorded: account(), reading: disabled, rules: keep },
      quiet(account({ state: 'disabled', since: now })),
    ],
    [
      'enabled, seen disabled, held',
      { recorded: account(), reading: disabled, held: true },
      quiet(account({ pendingSince: now })),
    ],
    ['enabled and waiting, seen disabled, held', { recorded: waits, reading: disabled, held: true }, quiet(waits)],
    [
      'enabled and waiting, seen disabled, approved',
      { recorded: waits, reading: disabled },
      lost(account({ state: 'disabled', since: now })),
    ],
    ['enabled and waiting, seen enabled: repaired', { recorded: waits, reading: enabled }, quiet(account())],
    ['enabled and waiting for a moment, seen enabled', { recorded: waitsNew, reading: enabled }, young(waitsNew)],
    ['enabled and waiting, unreadable', { recorded: waits, reading: unreadable }, quiet(waits)],
    [
      'enabled, young, seen disabled',
      { recorded: account({ since: at(58) }), reading: disabled },
      young(account({ since: at(58) })),
    ],
    [
      'enabled, seen deleted: lost',
      { recorded: account(), reading: gone },
      lost(account({ state: 'deleted', since: now })),
    ],
    [
      'enabled, young, seen deleted',
      { recorded: account({ since: at(58) }), reading: gone },
      young(account({ since: at(58) })),
    ],
    ['enabled, unreadable', { recorded: account(), reading: unreadable }, quiet(account())],
    ['enabled, id answers to nobody', { recorded: account(), reading: missing('absent') }, quiet(account())],
    ['enabled, id answers as a group', { recorded: account(), reading: missing('group') }, quiet(account())],
    ['disabled, seen enabled', { recorded: disabledFact, reading: enabled }, quiet(account({ since: now }))],
    [
      'disabled, young, seen enabled',
      { recorded: { ...disabledFact, since: at(58) }, reading: enabled },
      young({ ...disabledFact, since: at(58) }),
    ],
    [
      'disabled, seen deleted: nothing is left to lose',
      { recorded: disabledFact, reading: gone },
      quiet(account({ state: 'deleted', since: now })),
    ],
    [
      'disabled, seen deleted, where disabled ones keep their access: lost',
      { recorded: disabledFact, reading: gone, rules: keep },
      lost(account({ state: 'deleted', since: now })),
    ],
    ['deleted, seen enabled: restored', { recorded: deletedFact, reading: enabled }, quiet(account({ since: now }))],
    [
      'deleted, seen disabled',
      { recorded: deletedFact, reading: disabled },
      quiet(account({ state: 'disabled', since: now })),
    ],
    [
      'deleted, young, seen enabled',
      { recorded: { ...deletedFact, since: at(58) }, reading: enabled },
      young({ ...deletedFact, since: at(58) }),
    ],
    ['deleted, purged from the recycle bin', { recorded: deletedFact, reading: missing('absent') }, quiet(deletedFact)],
  ])('%s', (_case, row, lesson) => {
    expect(lessonOf(row)).toEqual(lesson);
  });
});

describe('learnAccount, a 404 and a tombstone', () => {
  const deleted = account({ state: 'deleted', since: now });

  it.each<[string, Row, AccountLesson]>([
    [
      'a tombstone older than the lag explains a 404: lost',
      { recorded: account(), reading: missing('absent'), tombstoneSince: at(55) },
      lost(deleted),
    ],
    [
      'a younger one has to be confirmed by a second 404',
      { recorded: account(), reading: missing('absent'), tombstoneSince: at(56) },
      young(account()),
    ],
    [
      'held',
      { recorded: account(), reading: missing('absent'), tombstoneSince: at(0), held: true },
      quiet(account({ pendingSince: now })),
    ],
    [
      'a tombstone says nothing of a user who is found',
      { recorded: account(), reading: enabled, tombstoneSince: at(0) },
      quiet(account()),
    ],
    [
      'nor of an id that answers as a group',
      { recorded: account(), reading: missing('group'), tombstoneSince: at(0) },
      quiet(account()),
    ],
    [
      'of an account that was never read, too',
      { recorded: undefined, reading: missing('absent'), tombstoneSince: at(0) },
      quiet({ ...deleted, typeSince: now }),
    ],
    [
      'and there a younger one has to be confirmed as well',
      { recorded: undefined, reading: missing('absent'), tombstoneSince: at(56) },
      { fact: undefined, losses: [], tooYoung: true },
    ],
    ['a 404 alone says nothing of it', { recorded: undefined, reading: missing('absent') }, quiet(undefined)],
  ])('%s', (_case, row, lesson) => {
    expect(lessonOf(row)).toEqual(lesson);
  });
});

describe('learnAccount, the type', () => {
  const guest = account({ type: 'guest' });

  it.each<[string, AccountFact, UserReading, AccountLesson]>([
    [
      'a member who becomes a guest',
      account(),
      found([], { userType: 'guest' }),
      quiet(account({ type: 'guest', typeSince: now })),
    ],
    ['a guest who becomes a member', guest, enabled, quiet(account({ typeSince: now }))],
    [
      'no type beside a readable account is a member',
      guest,
      found([], { userType: undefined }),
      quiet(account({ typeSince: now })),
    ],
    ['no type beside an unreadable account says nothing', guest, unreadable, quiet(guest)],
    [
      'a type beside an unreadable state counts',
      account(),
      found([], { accountEnabled: undefined, userType: 'guest' }),
      quiet(account({ type: 'guest', typeSince: now })),
    ],
    [
      'a type too young to be overturned',
      account({ typeSince: at(58) }),
      found([], { userType: 'guest' }),
      young(account({ typeSince: at(58) })),
    ],
    ['a user who is not there has no type', guest, missing('absent'), quiet(guest)],
  ])('%s', (_case, recorded, reading, lesson) => {
    expect(lessonOf({ recorded, reading })).toEqual(lesson);
  });

  it('turns together with the state', () => {
    const reading = found([], { accountEnabled: false, userType: 'guest' });
    expect(lessonOf({ recorded: account(), reading })).toEqual(
      lost({ state: 'disabled', since: now, type: 'guest', typeSince: now }),
    );
  });
});
