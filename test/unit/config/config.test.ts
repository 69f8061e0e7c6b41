import { readSettings, scheduleOf, type Settings, SettingsError } from '../../../src/lib/config.ts';

const TENANT = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';
const CLIENT = '7a1b9c3d-2e4f-4a5b-8c6d-7e8f90a1b2c3';

const sound = {
  ROLECALL_TENANT_ID: TENANT,
  ROLECALL_CLIENT_ID: CLIENT,
  ROLECALL_VAULT_URL: 'https://contoso.vault.azure.net/',
  ROLECALL_SECRET_NAME: 'rolecall-client-secret',
  AzureWebJobsStorage__accountName: 'rolecallstore',
  ROLECALL_NOTIFICATION_URL: 'https://rolecall.azurewebsites.net/',
  ROLECALL_API_AUDIENCE: CLIENT,
};

const withoutTenant = Object.fromEntries(
  Object.entries(sound).filter(([name]) => !/^ROLECALL_(TENANT|CLIENT|VAULT|SECRET)/.test(name)),
);
const inJson = { tenantId: TENANT, clientId: CLIENT, vaultUrl: sound.ROLECALL_VAULT_URL };

function tenants(...entries: readonly object[]): Record<string, string> {
  return { ...withoutTenant, ROLECALL_TENANTS: JSON.stringify(entries) };
}

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  it('reads one tenant from plain settings and fills in the defaults', () => {
    expect(readSettings(sound)).toEqual<Settings>({
      profile: 'azure',
      tenants: [
        {
          tenantId: TENANT,
          clientId: CLIENT,
          credential: 'secret',
          vaultUrl: 'https://contoso.vault.azure.net/',
          secretName: 'rolecall-client-secret',
          operators: [],
        },
      ],
      storage: {
        kind: 'identity',
        queueUrl: 'https://rolecallstore.queue.core.windows.net',
        tableUrl: 'https://rolecallstore.table.core.windows.net',
      },
      notificationUrl: 'https://rolecall.azurewebsites.net',
      apiAudience: CLIENT,
      lagSeconds: 300,
      reminderDays: [30, 14, 7, 3, 1, 0],
      graphUrl: 'https://graph.microsoft.com',
      authorityUrl: 'https://login.microsoftonline.com',
    });
  });

  it('reads several tenants, each with its own credential kind', () => {
    const settings = readSettings(
      tenants(
        { ...inJson, secretName: 's', tenantId: TENANT.toUpperCase(), operators: [CLIENT.toUpperCase()] },
        { tenantId: CLIENT, credential: 'managedIdentity' },
      ),
    );
    expect(settings.tenants.map(({ tenantId, credential, operators }) => [tenantId, credential, operators])).toEqual([
      [TENANT, 'secret', [CLIENT]],
      [CLIENT, 'managedIdentity', []],
    ]);
  });

  it('lets the connection string win over the identity-based settings', () => {
    const { storage } = readSettings({ ...sound, AzureWebJobsStorage: 'UseDevelopmentStorage=true' });
    expect(storage).toEqual({ kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' });
  });

  it.each([
    ['a missing audience', { ...sound, ROLECALL_API_AUDIENCE: undefined }, /^ROLECALL_API_AUDIENCE: missing; expected/],
    ['an empty audience', { ...sound, ROLECALL_API_AUDIENCE: ' ' }, /^ROLECALL_API_AUDIENCE: missing; expected/],
    ['no tenant', withoutTenant, /^ROLECALL_TENANTS: missing; expected it, or ROLECALL_TENANT_ID/],
    [
      'no client id',
      { ...sound, ROLECALL_CLIENT_ID: '' },
      /^ROLECALL_CLIENT_ID: missing, credential 'secret' needs it/,
    ],
    ['no vault', { ...sound, ROLECALL_VAULT_URL: '' }, /^ROLECALL_VAULT_URL: missing, credential 'secret' needs it/],
    ['a tenant id that is none', { ...sound, ROLECALL_TENANT_ID: 'contoso' }, /^ROLECALL_TENANT_ID: .*GUID/],
    ['a client id that is none', { ...sound, ROLECALL_CLIENT_ID: 'rolecall' }, /^ROLECALL_CLIENT_ID: .*GUID/],
    ['an http vault', { ...sound, ROLECALL_VAULT_URL: 'http://vault' }, /^ROLECALL_VAULT_URL: not an https URL/],
    ['an unknown kind', { ...sound, ROLECALL_CREDENTIAL: 'password' }, /^ROLECALL_CREDENTIAL: .*one of secret/],
    ['tenants beside a tenant', { ...sound, ROLECALL_TENANTS: '[{}]' }, /ROLECALL_TENANT_ID: given beside/],
    [
      'tenants that are not JSON',
      { ...withoutTenant, ROLECALL_TENANTS: '[{' },
      /^ROLECALL_TENANTS: not JSON; expected/,
    ],
    ['no tenants at all', tenants(), /^ROLECALL_TENANTS: /],
    ['a tenant without id', tenants({ credential: 'managedIdentity' }), /^ROLECALL_TENANTS\[0\]\.tenantId: /],
    [
      'a tenant without secret name',
      tenants(inJson),
      /^ROLECALL_TENANTS\[0\]\.secretName: missing, credential 'secret'/,
    ],
    ['a misspelt property', tenants({ ...inJson, secretname: 's' }), /^ROLECALL_TENANTS\[0\]: .*secretname/],
    [
      'one tenant twice',
      tenants(...['a', 'b'].map((secretName) => ({ ...inJson, secretName }))),
      /\[1\]\.tenantId: named twice/,
    ],
    ['no storage', { ...sound, AzureWebJobsStorage__accountName: '' }, /^AzureWebJobsStorage: missing; expected/],
    [
      'a wrong account',
      { ...sound, AzureWebJobsStorage__accountName: 'A B' },
      /^AzureWebJobsStorage__accountName: not/,
    ],
    ['a lag of nothing', { ...sound, DIRECTORY_LAG_SECONDS: '0' }, /^DIRECTORY_LAG_SECONDS: .*1 to 3600/],
    ['a lag in words', { ...sound, DIRECTORY_LAG_SECONDS: '5m' }, /^DIRECTORY_LAG_SECONDS: not a whole number/],
    ['a five-field schedule', { ...sound, RENEW_SCHEDULE: '0 10 0 * *' }, /^RENEW_SCHEDULE: not six fields/],
    ['reminder days in words', { ...sound, SECRET_REMINDER_DAYS: '30;7' }, /^SECRET_REMINDER_DAYS: not a list/],
    ['a simulated Graph in Azure', { ...sound, ROLECALL_GRAPH_URL: 'https://localhost' }, /^ROLECALL_GRAPH_URL: given/],
    ['an own authority in Azure', { ...sound, ROLECALL_AUTHORITY_URL: 'https://x' }, /^ROLECALL_AUTHORITY_URL: given/],
    [
      'an http webhook in Azure',
      { ...sound, ROLECALL_NOTIFICATION_URL: 'http://x' },
      /^ROLECALL_NOTIFICATION_URL: not https/,
    ],
  ])('names %s', (_case, env, fault) => {
    const faults = faultsOf(env);
    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
  });

  it('names every fault in one message, those of single settings and those between settings', () => {
    const faults = faultsOf({ ROLECALL_TENANT_ID: 'x', DIRECTORY_LAG_SECONDS: '-1', ROLECALL_GRAPH_URL: 'https://x' });
    expect(faults.map((fault) => fault.replace(/:.*/, '')).sort()).toEqual([
      'AzureWebJobsStorage',
      'DIRECTORY_LAG_SECONDS',
      'ROLECALL_API_AUDIENCE',
      'ROLECALL_CLIENT_ID',
      'ROLECALL_GRAPH_URL',
      'ROLECALL_NOTIFICATION_URL',
      'ROLECALL_SECRET_NAME',
      'ROLECALL_TENANT_ID',
      'ROLECALL_VAULT_URL',
    ]);
    expect(new SettingsError(faults).message).toContain(faults.join(' | '));
  });

  it('never repeats a value', () => {
    const secret = 'AccountKey=c2VjcmV0';
    const env = Object.fromEntries(Object.keys(sound).map((name) => [name, secret]));
    const faults = faultsOf({ ...env, ROLECALL_TENANTS: secret, DIRECTORY_LAG_SECONDS: secret });
    expect(faults.length).toBeGreaterThan(5);
    expect(faults.join()).not.toContain('c2VjcmV0');
  });

  it('accepts a simulated tenant with the local profile', () => {
    const settings = readSettings({
      ...sound,
      ROLECALL_PROFILE: 'local',
      ROLECALL_GRAPH_URL: 'https://localhost:1/',
      ROLECALL_AUTHORITY_URL: 'https://localhost:1',
      ROLECALL_NOTIFICATION_URL: 'http://127.0.0.1:7071',
    });
    expect(settings).toMatchObject({ graphUrl: 'https://localhost:1', notificationUrl: 'http://127.0.0.1:7071' });
  });
});

describe('scheduleOf', () => {
  it('names the setting where it is set, else gives the default, which a host can always resolve', () => {
    expect(scheduleOf('CATCH_UP_SCHEDULE', { CATCH_UP_SCHEDULE: '*/5 * * * * *' })).toBe('%CATCH_UP_SCHEDULE%');
    expect(scheduleOf('CATCH_UP_SCHEDULE', {})).toBe('0 * * * * *');
  });
});
