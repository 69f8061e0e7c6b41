import { findUserId } from '../../../src/lib/operate/read-access.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { alpha, rule, rulesOf } from '../../builders/rules.ts';

const name = 'ada@contoso.com';

/** The row of a name that points to Ada, whose record has a name of its own. */
function ports(recordedName: string | undefined, rowKey = name) {
  const identity = recordedName === undefined ? {} : { userPrincipalName: recordedName };
  const record = recordOf(memberOf([alpha]), rulesOf([rule('a', alpha, ['user'])]), identity);
  return {
    derived: {
      rows: async function* () {
        yield { partition: 'upn', rowKey, revision: 1, writtenDateTime: '', values: { userId } };
      },
    },
    access: { read: async () => ({ record, outbox: [], exceptions: [] }) },
  };
}

describe('the user that a route names', () => {
  it('is the one with the id, whoever that is', async () => {
    expect(await findUserId(ports(name), { userId: 'somebody' })).toBe('somebody');
  });

  it.each([
    ['the one who has the name', ports('Ada@Contoso.com'), userId],
    ['nobody when the name has moved on and its row is late', ports('eve@contoso.com'), undefined],
    ['nobody when the record has no name any more', ports(undefined), undefined],
    ['nobody when only a longer name is known', ports(name, `${name}.example`), undefined],
  ])('by user principal name is %s', async (_what, given, found) => {
    expect(await findUserId(given, { userPrincipalName: name })).toBe(found);
  });
});
