import { holdCommands } from '../../../dev/tenant/hold-commands.ts';

const payments = '77f62b08-c364-41d5-9097-62b384e5d007';

const no = async (): Promise<never> => Promise.reject(new Error('Nothing is written here.'));

/** Lines of `hold list` where this is held, and the directory has a group that is called payments. */
async function told(...holds: readonly object[]): Promise<readonly string[]> {
  const connection = {
    tenantId: 'tenant',
    control: no,
    setSecret: no,
    graph: async (_method: string, path: string) => ({
      value: path.startsWith('/groups') ? [{ id: payments, displayName: 'payments' }] : [],
    }),
    api: async () => ({ holds }),
  };
  const [command] = holdCommands;
  return (await command?.run(connection, ['list']))?.lines ?? [];
}

describe('hold list', () => {
  const held = { heldSince: '2026-03-01T00:00:00Z', reason: 'lossThreshold', pending: [{ number: 1, userId: 'ada' }] };

  it('says what is held, who waits, what the group is and where its members are managed (E2)', async () => {
    const what = { kind: 'security group', marks: ['role-assignable'], membersManagedIn: 'Entra admin center' };
    const accounts = { ledger: 'accounts', ...held, pending: [] };
    expect(await told({ ledger: payments, ...held, ...what }, accounts)).toEqual([
      'payments: held since 2026-03-01T00:00:00Z (lossThreshold), 1 waiting',
      '  security group, role-assignable; its members are managed in: Entra admin center',
      '     1  ada',
      'accounts: held since 2026-03-01T00:00:00Z (lossThreshold), 0 waiting',
    ]);
  });

  it('says that nothing is held', async () => {
    expect(await told()).toEqual(['Nothing is held.']);
  });
});
