import type { z } from 'zod';
import {
  type Environment,
  environmentSchema,
  neededBy,
  type ScheduleName,
  settingNotes,
  type TenantInput,
} from './environment.ts';

/** One Entra tenant to serve; ids are lower-case. What a credential kind needs is there by construction. */
export type TenantSettings = Readonly<TenantInput>;

/** How the storage account is reached. */
export type StorageSettings =
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly queueUrl: string;
      readonly tableUrl: string;
      readonly identityClientId?: string;
    };

/** Everything an operator decides, checked. URLs carry no trailing slash. */
export interface Settings {
  /** `local`: endpoints and their checks may be relaxed for a simulated tenant. */
  readonly profile: 'azure' | 'local';
  readonly tenants: readonly TenantSettings[];
  readonly identityClientId?: string;
  readonly storage: StorageSettings;
  readonly notificationUrl: string;
  readonly apiAudience: string;
  readonly lagSeconds: number;
  readonly reminderDays: readonly number[];
  readonly rulesFile?: string;
  readonly graphUrl: string;
  readonly authorityUrl: string;
}

/** Names every fault of the settings. Holds no values: some of them are secrets. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Settings need attention: ${faults.join(' | ')}`);
    this.faults = faults;
  }
}

type Values = Readonly<Record<string, string | undefined>>;
type SettingName = keyof Environment;
/** The settings that are not faulty by themselves. */
type Sound = { readonly [Name in SettingName]?: Environment[Name] | undefined };

/** Reads and checks all settings. Throws one SettingsError that names every faulty setting and what is expected. */
export function readSettings(env: Values = process.env): Settings {
  const texts = withoutEmpty(env);
  const parsed = environmentSchema.safeParse(texts);
  const issues = parsed.success ? [] : parsed.error.issues;
  const faulty = new Set(issues.map(({ path }) => path[0]));
  const sound = Object.fromEntries(Object.entries(texts).filter(([name]) => !faulty.has(name)));
  const values = environmentSchema.partial().parse(sound);
  const faults = issues.map(settingFault);
  const tenants = readTenants(values, faulty, faults);
  const storage = readStorage(values, faulty, faults);
  checkProfile(values, faults);
  if (!parsed.success || faults.length > 0 || storage === undefined) throw new SettingsError(faults);
  return toSettings(parsed.data, tenants, storage);
}

function toSettings(values: Environment, tenants: readonly TenantSettings[], storage: StorageSettings): Settings {
  return {
    profile: values.ROLECALL_PROFILE,
    tenants,
    ...given('identityClientId', values.ROLECALL_IDENTITY_CLIENT_ID),
    storage,
    notificationUrl: withoutSlash(values.ROLECALL_NOTIFICATION_URL),
    apiAudience: values.ROLECALL_API_AUDIENCE,
    lagSeconds: values.DIRECTORY_LAG_SECONDS,
    reminderDays: values.SECRET_REMINDER_DAYS,
    ...given('rulesFile', values.ROLECALL_RULES_FILE),
    graphUrl: withoutSlash(values.ROLECALL_GRAPH_URL ?? 'https://graph.microsoft.com'),
    authorityUrl: withoutSlash(values.ROLECALL_AUTHORITY_URL ?? 'https://login.microsoftonline.com'),
  };
}

/**
 * The schedule for `app.timer`: a `%NAME%` that the host resolves, or the default where the setting is missing, because a
 * host refuses a timer whose setting it cannot find.
 */
export function scheduleOf(name: ScheduleName, env: Values = process.env): string {
  const isSet = (env[name] ?? '') !== '';
  return isSet ? `%${name}%` : (settingNotes.get(environmentSchema.shape[name])?.fallback ?? '');
}

function withoutEmpty(env: Values): Record<string, string> {
  const names = Object.keys(environmentSchema.shape);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value] as const];
    }),
  );
}

function settingFault(issue: z.core.$ZodIssue): string {
  const [name, ...rest] = issue.path;
  const path = rest.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const missing = rest.length === 0 && issue.code === 'invalid_type';
  return `${String(name)}${path}: ${missing ? 'missing' : issue.message}; expected ${isSettingName(name) ? expected(name) : ''}`;
}

function expected(name: SettingName): string {
  return settingNotes.get(environmentSchema.shape[name])?.expected ?? '';
}

function isSettingName(name: unknown): name is SettingName {
  return typeof name === 'string' && name in environmentSchema.shape;
}

const plainNames = {
  clientId: 'ROLECALL_CLIENT_ID',
  vaultUrl: 'ROLECALL_VAULT_URL',
  secretName: 'ROLECALL_SECRET_NAME',
} as const;

function readTenants(values: Sound, faulty: ReadonlySet<unknown>, faults: string[]): readonly TenantSettings[] {
  const plain = ['ROLECALL_TENANT_ID', 'ROLECALL_CREDENTIAL', ...Object.values(plainNames)] as const;
  if (values.ROLECALL_TENANTS !== undefined || faulty.has('ROLECALL_TENANTS')) {
    for (const name of plain) {
      if (values[name] !== undefined) faults.push(`${name}: given beside ROLECALL_TENANTS; expected one of the two`);
    }
    return values.ROLECALL_TENANTS ?? [];
  }
  const tenantId = values.ROLECALL_TENANT_ID;
  if (tenantId === undefined) {
    const told = faulty.has('ROLECALL_TENANT_ID');
    if (!told) faults.push('ROLECALL_TENANTS: missing; expected it, or ROLECALL_TENANT_ID and its companions');
    if (!told) return [];
  }
  const credential = values.ROLECALL_CREDENTIAL ?? 'secret';
  for (const name of neededBy[credential].map((property) => plainNames[property])) {
    if (values[name] !== undefined || faulty.has(name)) continue;
    faults.push(`${name}: missing, credential '${credential}' needs it; expected ${expected(name)}`);
  }
  return [
    {
      tenantId: tenantId ?? '',
      credential,
      operators: [],
      ...given('clientId', values.ROLECALL_CLIENT_ID),
      ...given('vaultUrl', values.ROLECALL_VAULT_URL),
      ...given('secretName', values.ROLECALL_SECRET_NAME),
    },
  ];
}

function readStorage(values: Sound, faulty: ReadonlySet<unknown>, faults: string[]): StorageSettings | undefined {
  // A setting named like the prefix wins over prefixed ones, as in the Functions host.
  if (values.AzureWebJobsStorage !== undefined) {
    return { kind: 'connectionString', connectionString: values.AzureWebJobsStorage };
  }
  const account = values.AzureWebJobsStorage__accountName;
  const urlOf = (service: 'queue' | 'table'): string | undefined =>
    values[`AzureWebJobsStorage__${service}ServiceUri`] ??
    (account === undefined ? undefined : `https://${account}.${service}.core.windows.net`);
  const [queueUrl, tableUrl] = [urlOf('queue'), urlOf('table')];
  if (queueUrl === undefined || tableUrl === undefined) {
    if ([...faulty].some((name) => String(name).startsWith('AzureWebJobsStorage'))) return undefined;
    faults.push(
      'AzureWebJobsStorage: missing; expected a connection string, AzureWebJobsStorage__accountName, or both AzureWebJobsStorage__queueServiceUri and AzureWebJobsStorage__tableServiceUri',
    );
    return undefined;
  }
  return {
    kind: 'identity',
    queueUrl: withoutSlash(queueUrl),
    tableUrl: withoutSlash(tableUrl),
    ...given('identityClientId', values.AzureWebJobsStorage__clientId),
  };
}

function checkProfile(values: Sound, faults: string[]): void {
  if (values.ROLECALL_PROFILE === 'local') return;
  for (const name of Object.keys(environmentSchema.shape).filter(isSettingName)) {
    const { localOnly } = settingNotes.get(environmentSchema.shape[name]) ?? {};
    if (localOnly === true && values[name] !== undefined) {
      faults.push(`${name}: given; expected only with ROLECALL_PROFILE=local`);
    }
  }
  if (values.ROLECALL_NOTIFICATION_URL?.startsWith('http:') === true) {
    faults.push('ROLECALL_NOTIFICATION_URL: not https; expected an https URL unless ROLECALL_PROFILE=local');
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** A property only if it has a value, as `exactOptionalPropertyTypes` asks. */
function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const properties: Partial<Record<K, V>> = {};
  if (value !== undefined) properties[key] = value;
  return properties;
}
