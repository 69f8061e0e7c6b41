import { accountDrift } from '../../../src/lib/detect/account-drift.ts';
import type { UserEntry } from '../../../src/lib/model/directory.ts';
import type { AccountFact } from '../../../src/lib/model/facts.ts';
import type { RecordedAccount } from '../../../src/lib/model/recorded.ts';
import { account } from '../../builders/facts.ts';
import { userId } from '../../builders/record.ts';
import { at } from '../../builders/times.ts';

const names = { displayName: 'Ada', userPrincipalName: 'ada@contoso.com', mail: 'ada@contoso.com' };
const same = { id: userId, accountEnabled: true, userType: 'member', ...names } as const;
const bulk = { userId };
const fresh = (hint: object) => ({ userId, hint });

function drift(special: Partial<AccountFact>, entry: UserEntry, known: Partial<RecordedAccount> = names) {
  return accountDrift({ userId, fact: account(special), ...known }, entry);
}

describe('accountDrift', () => {
  it.each<[string, Partial<AccountFact>, UserEntry, object | undefined]>([
    ['the same', {}, same, undefined],
    ['an entry that says nothing', {}, { id: userId }, undefined],
    ['disabled', {}, { ...same, accountEnabled: false }, fresh({ account: 'disabled' })],
    ['enabled again', { state: 'disabled' }, same, fresh({ account: 'enabled' })],
    ['restored', { state: 'deleted' }, same, fresh({ account: 'enabled' })],
    ['restored, disabled', { state: 'deleted' }, { ...same, accountEnabled: false }, fresh({ account: 'disabled' })],
    ['disabled still', { state: 'disabled' }, { ...same, accountEnabled: false }, undefined],
    ['a state that is unknown', {}, { id: userId, userType: 'member' }, undefined],
    ['a guest now', {}, { ...same, userType: 'guest' }, fresh({ userType: 'guest' })],
    ['a member now', { type: 'guest' }, same, fresh({ userType: 'member' })],
    [
      'disabled and a guest: the state is announced',
      {},
      { ...same, accountEnabled: false, userType: 'guest' },
      fresh({ account: 'disabled' }),
    ],
    ['deleted', {}, { id: userId, removed: 'changed' }, fresh({ account: 'gone' })],
    ['purged', {}, { id: userId, removed: 'deleted' }, fresh({ account: 'gone' })],
    ['deleted still', { state: 'deleted' }, { id: userId, removed: 'deleted' }, undefined],
    [
      'held, still as the reading that was held',
      { pendingSince: at(1) },
      { ...same, accountEnabled: false },
      undefined,
    ],
    ['held, as recorded again: repaired', { pendingSince: at(1) }, same, fresh({ account: 'enabled' })],
    ['another name', {}, { ...same, displayName: 'Ada L.' }, bulk],
    ['another principal name', {}, { ...same, userPrincipalName: 'lovelace@contoso.com' }, bulk],
    ['another mail', {}, { ...same, mail: 'lovelace@contoso.com' }, bulk],
    [
      'another name and disabled',
      {},
      { ...same, displayName: 'Ada L.', accountEnabled: false },
      fresh({ account: 'disabled' }),
    ],
  ])('%s', (_case, special, entry, expected) => {
    expect(drift(special, entry)).toEqual(expected);
  });

  it('takes a first mail as a change, a missing one as none', () => {
    expect(drift({}, same, {})).toEqual(bulk);
    expect(drift({}, { id: userId, accountEnabled: true, userType: 'member' })).toBeUndefined();
  });
});
