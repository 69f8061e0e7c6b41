import { z } from 'zod';

/** What a person has to know of a setting; `docs/settings.md` is generated from these notes. */
export interface SettingNote {
  readonly about: string;
  /** Completes "expected …" in a fault and is the table's second column. */
  readonly expected: string;
  /** Used when the setting is missing or empty. */
  readonly fallback?: string;
  /** Accepted only with ROLECALL_PROFILE=local. */
  readonly localOnly?: true;
}

/** Notes of all settings, by schema. */
export const settingNotes = z.registry<SettingNote>();

const guid = z.guid().toLowerCase();
const secretName = z.string().regex(/^[0-9A-Za-z-]{1,127}$/, 'not a name of a Key Vault secret');
const httpsUrl = z.url({ protocol: /^https$/, error: 'not an https URL' });
const schedule = z.string().regex(/^\S+( +\S+){5}$/, 'not six fields');

export const credentialKinds = ['secret', 'certificate', 'federated', 'managedIdentity'] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** What each credential kind needs of a tenant besides its id. */
export const neededBy = {
  secret: ['clientId', 'vaultUrl', 'secretName'],
  certificate: ['clientId', 'vaultUrl', 'secretName'],
  federated: ['clientId'],
  managedIdentity: [],
} as const satisfies Record<CredentialKind, readonly ('clientId' | 'vaultUrl' | 'secretName')[]>;

const tenantSchema = z
  .strictObject({
    tenantId: guid,
    clientId: guid.optional(),
    credential: z.enum(credentialKinds).default('secret'),
    vaultUrl: httpsUrl.optional(),
    secretName: secretName.optional(),
    operators: z.array(guid).default([]),
  })
  .superRefine((tenant, context) => {
    for (const name of neededBy[tenant.credential]) {
      if (tenant[name] !== undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `missing, credential '${tenant.credential}' needs it`,
      });
    }
  });
/** One tenant as the settings give it. */
export type TenantInput = z.infer<typeof tenantSchema>;

const tenantsSchema = z
  .array(tenantSchema)
  .min(1)
  .superRefine((tenants, context) => {
    const seen = new Set<string>();
    tenants.forEach(({ tenantId }, index) => {
      if (seen.has(tenantId)) {
        context.addIssue({ code: 'custom', path: [index, 'tenantId'], message: 'named twice' });
      }
      seen.add(tenantId);
    });
  });

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

const days = z
  .string()
  .regex(/^\d{1,3}( *, *\d{1,3})*$/, 'not a list of whole numbers')
  .transform((text) => text.split(',').map(Number));

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'not a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));
}

function setting<T extends z.ZodType>(schema: T, note: SettingNote): T {
  settingNotes.add(schema, note);
  return schema;
}

function withFallback<T extends z.ZodType<unknown, string>>(schema: T, note: SettingNote & { fallback: string }) {
  return setting(z.string().default(note.fallback).pipe(schema), note);
}

const sixFields = 'six NCRONTAB fields, in UTC';

/** Every setting Rolecall reads, in the order of docs/settings.md. Values arrive as text; empty ones count as missing. */
export const environmentSchema = z.object({
  ROLECALL_TENANTS: setting(jsonText.pipe(tenantsSchema).optional(), {
    about:
      'The Entra tenants to serve. `credential` defaults to `secret`; `operators` are object ids of principals of other tenants that may call the API for this one.',
    expected: 'a JSON array of { tenantId, clientId, credential, vaultUrl, secretName, operators? }',
  }),
  ROLECALL_TENANT_ID: setting(guid.optional(), {
    about: 'The only tenant, instead of ROLECALL_TENANTS.',
    expected: 'a tenant id (GUID)',
  }),
  ROLECALL_CLIENT_ID: setting(guid.optional(), {
    about: 'Application (client) id of the app registration that reads the only tenant.',
    expected: 'a client id (GUID)',
  }),
  ROLECALL_CREDENTIAL: setting(z.enum(credentialKinds).optional(), {
    about: 'How the only tenant is signed in to. Default `secret`. Nothing falls back to another kind.',
    expected: 'one of secret, certificate, federated, managedIdentity',
  }),
  ROLECALL_VAULT_URL: setting(httpsUrl.optional(), {
    about: 'Key Vault that holds the secret or certificate of the only tenant.',
    expected: 'an https URL such as https://NAME.vault.azure.net',
  }),
  ROLECALL_SECRET_NAME: setting(secretName.optional(), {
    about: 'Name of that secret in the vault. Its value never is a setting.',
    expected: 'letters, digits and hyphens, at most 127',
  }),
  ROLECALL_IDENTITY_CLIENT_ID: setting(guid.optional(), {
    about:
      "Client id of the function app's user-assigned managed identity, with which the vault is reached and, for `federated` and `managedIdentity`, Entra ID. Missing: the system-assigned one.",
    expected: 'a client id (GUID)',
  }),
  AzureWebJobsStorage: setting(z.string().optional(), {
    about: 'Connection string of the storage account. Local use; in Azure use the identity-based settings below.',
    expected: 'a storage connection string',
  }),
  AzureWebJobsStorage__accountName: setting(
    z
      .string()
      .regex(/^[a-z0-9]{3,24}$/, 'not an account name')
      .optional(),
    {
      about: 'Storage account, reached with the managed identity (public cloud).',
      expected: '3 to 24 lower-case letters and digits',
    },
  ),
  AzureWebJobsStorage__queueServiceUri: setting(httpsUrl.optional(), {
    about: 'Queue endpoint, instead of the account name.',
    expected: 'an https URL',
  }),
  AzureWebJobsStorage__tableServiceUri: setting(httpsUrl.optional(), {
    about: 'Table endpoint, instead of the account name.',
    expected: 'an https URL',
  }),
  AzureWebJobsStorage__clientId: setting(guid.optional(), {
    about: 'Client id of the user-assigned managed identity that reaches the storage account.',
    expected: 'a client id (GUID)',
  }),
  ROLECALL_NOTIFICATION_URL: setting(z.url({ protocol: /^https?$/, error: 'not a URL' }), {
    about: 'Where Microsoft Graph reaches this app; `/api/graph/notifications` and `/api/graph/lifecycle` are added.',
    expected: 'an https URL such as https://NAME.azurewebsites.net',
  }),
  ROLECALL_API_AUDIENCE: setting(z.string(), {
    about:
      "Audience of the access tokens of the API: the client id of Rolecall's own app registration (version 2 tokens).",
    expected: 'a client id or an application id URI',
  }),
  DIRECTORY_LAG_SECONDS: withFallback(wholeNumber(1, 3600), {
    about: 'Replication lag of the directory: a fact younger than this is looked at again instead of being overturned.',
    expected: 'a whole number from 1 to 3600',
    fallback: '300',
  }),
  DELTA_SWEEP_SCHEDULE: withFallback(schedule, {
    about: 'When the delta queries are read.',
    expected: sixFields,
    fallback: '0 */5 * * * *',
  }),
  FULL_SYNC_SCHEDULE: withFallback(schedule, {
    about: 'When everything is compared with the directory.',
    expected: sixFields,
    fallback: '0 30 1 * * *',
  }),
  RENEW_SCHEDULE: withFallback(schedule, {
    about: 'When the subscriptions are renewed. They live 28 days.',
    expected: sixFields,
    fallback: '0 10 0 * * *',
  }),
  CATCH_UP_SCHEDULE: withFallback(schedule, {
    about: 'When work that could not be done is tried again.',
    expected: sixFields,
    fallback: '0 * * * * *',
  }),
  SECRET_REMINDER_SCHEDULE: withFallback(schedule, {
    about: 'When the expiry of client secrets is looked at.',
    expected: sixFields,
    fallback: '0 0 6 * * *',
  }),
  SECRET_REMINDER_DAYS: withFallback(days, {
    about: 'Days before the expiry of a client secret at which a warning is logged, once each.',
    expected: 'whole numbers, separated by commas',
    fallback: '30,14,7,3,1,0',
  }),
  ROLECALL_RULES_FILE: setting(z.string().optional(), {
    about: 'Rules document that is activated when a tenant has none yet. `{tenantId}` in it is replaced.',
    expected: "a path from the app's folder",
  }),
  ROLECALL_PROFILE: withFallback(z.enum(['azure', 'local']), {
    about: '`local` lets the app use a simulated tenant on this machine.',
    expected: 'azure or local',
    fallback: 'azure',
  }),
  ROLECALL_GRAPH_URL: setting(httpsUrl.optional(), {
    about: 'Microsoft Graph, without /v1.0.',
    expected: 'an https URL',
    localOnly: true,
  }),
  ROLECALL_AUTHORITY_URL: setting(httpsUrl.optional(), {
    about: 'The authority that issues tokens.',
    expected: 'an https URL',
    localOnly: true,
  }),
});

export type Environment = z.infer<typeof environmentSchema>;
/** The settings that name a timer's schedule. */
export type ScheduleName =
  'DELTA_SWEEP_SCHEDULE' | 'FULL_SYNC_SCHEDULE' | 'RENEW_SCHEDULE' | 'CATCH_UP_SCHEDULE' | 'SECRET_REMINDER_SCHEDULE';
