import type { Log } from '../log.ts';
import type { Clock, ReminderStore } from '../ports.ts';
import type { SecretVersion, Vault } from './vault.ts';

const DAY_MS = 24 * 3600_000;

/** A secret somebody has to renew, and whom to tell when. */
export interface WatchedSecret {
  readonly tenantId: string;
  readonly clientId: string;
  readonly secretName: string;
  readonly vault: Vault;
  /** Days before expiry at which to remind, 0 being the day itself. */
  readonly days: readonly number[];
}

/** What to say of a version now. `threshold` is the tightest that has been reached, in days. */
export type Expiry =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'fine'; readonly daysLeft: number }
  | { readonly kind: 'due'; readonly daysLeft: number; readonly threshold: number };

/** Which threshold is due. Whole days are counted as begun; a negative count is days since expiry. */
export function expiryOf(expiresOn: Date | undefined, now: Date, days: readonly number[]): Expiry {
  if (expiresOn === undefined) return { kind: 'unknown' };
  const left = (expiresOn.getTime() - now.getTime()) / DAY_MS;
  const daysLeft = Math.floor(left);
  const reached = days.filter((threshold) => left <= threshold);
  return reached.length === 0 ? { kind: 'fine', daysLeft } : { kind: 'due', daysLeft, threshold: Math.min(...reached) };
}

/**
 * Reads the expiry of the version in force and warns once per threshold and version; a version without an expiry is warned of
 * once. The sentences are constant, so that an alert rule can look for them.
 */
export async function remindOfSecretExpiry(
  secret: WatchedSecret,
  { reminders, clock, log }: { readonly reminders: ReminderStore; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const version = await secret.vault.describe(secret.secretName);
  const expiry = expiryOf(version.expiresOn, clock.now(), secret.days);
  const keys = keysOf(secret, version, expiry);
  if (expiry.kind === 'fine') {
    log.info('The client secret does not expire soon', keys);
    return;
  }
  const key = `reminder|${version.version}|${expiry.kind === 'due' ? expiry.threshold : 'noExpiry'}`;
  if (await reminders.reminded(key)) {
    log.info('Nobody has to be reminded of the client secret again', keys);
    return;
  }
  log.warn(sentenceOf(expiry), keys);
  await reminders.remember(key);
}

function sentenceOf(expiry: Expiry): string {
  if (expiry.kind === 'unknown')
    return 'The client secret has no expiry date in the vault, so nobody can be reminded of it';
  return expiry.kind === 'due' && expiry.daysLeft < 0
    ? 'The client secret has expired'
    : 'The client secret expires soon';
}

function keysOf({ tenantId, clientId, secretName, vault }: WatchedSecret, version: SecretVersion, expiry: Expiry) {
  return {
    tenantId,
    clientId,
    vaultUrl: vault.url,
    secretName,
    secretVersion: version.version,
    description: version.description,
    expiresDateTime: version.expiresOn?.toISOString(),
    daysLeft: expiry.kind === 'unknown' ? undefined : expiry.daysLeft,
    threshold: expiry.kind === 'due' ? expiry.threshold : undefined,
    remedy: expiry.kind === 'fine' ? undefined : remedyFor(expiry, clientId, secretName),
  };
}

function remedyFor(expiry: Expiry, clientId: string, secretName: string): string {
  if (expiry.kind === 'unknown') {
    return `Set the expiry date of the newest version of the vault's secret ${secretName} to that of the secret on the app registration ${clientId}.`;
  }
  return (
    `Add a new secret to the app registration ${clientId} and put its value, with its expiry date, into the vault as a new ` +
    `version of ${secretName}. Nothing has to be restarted. Remove the old one from the app registration an hour later.`
  );
}
