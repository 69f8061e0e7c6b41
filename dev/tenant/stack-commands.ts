import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { UsageError } from '../command-line/usage-error.ts';
import { LOCAL_SECRET_NAME } from '../local-settings.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import type { Command } from './command.ts';
import type { Connection } from './connection.ts';

const tenantSchema = z.looseObject({
  apps: z.array(z.looseObject({ clientId: z.string(), secrets: z.array(z.looseObject({ keyId: z.string() })) })),
});
const clockSchema = z.object({ now: z.string(), offsetMs: z.number() });
const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** What happens to the stack rather than to the directory. */
export const stackCommands: readonly Command[] = [
  {
    usage: 'rotate-secret',
    summary: 'gives Rolecall a new client secret: a new version in the vault, the old one stops working',
    run: async (connection) => {
      const expires = await rotateSecret(connection);
      return { value: { expires }, lines: [`The vault holds a new secret until ${expires}; the old one is gone.`] };
    },
  },
  {
    usage: 'advance <duration>',
    summary: 'moves the clock of the whole stack ahead, for example by 90s, 10m, 2h or 7d',
    run: async (connection, [text = '']) => {
      const value = clockSchema.parse(await connection.control('POST', '/clock', { advanceMs: parseDuration(text) }));
      return { value, lines: [`It is ${value.now} now.`] };
    },
  },
];

/**
 * A new secret for the app registration, a new version in the vault, and the end of every older secret.
 *
 * @returns when the new one expires
 */
export async function rotateSecret(connection: Connection): Promise<string> {
  const app = `/tenants/${connection.tenantId}/apps/${SAMPLE_TENANT.clientId}`;
  const tenant = tenantSchema.parse(await connection.control('GET', `/tenants/${connection.tenantId}`));
  const old = tenant.apps.find(({ clientId }) => clientId === SAMPLE_TENANT.clientId)?.secrets ?? [];
  const { now } = clockSchema.parse(await connection.control('GET', '/clock'));
  const expires = new Date(Date.parse(now) + 180 * 86_400_000);
  const value = randomBytes(24).toString('base64url');
  await connection.control('POST', `${app}/secrets`, { value, endDateTime: expires.toISOString() });
  await connection.setSecret(LOCAL_SECRET_NAME, value, expires);
  for (const { keyId } of old) await connection.control('DELETE', `${app}/secrets/${keyId}`);
  return expires.toISOString();
}

/** `90s`, `10m`, `2h`, `7d` in milliseconds. */
function parseDuration(text: string): number {
  const { amount, unit = '' } = /^(?<amount>\d+)(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  const seconds = units[unit];
  if (amount === undefined || seconds === undefined) {
    throw new UsageError(`'${text}' is no duration: say for example 90s, 10m, 2h or 7d.`);
  }
  return Number(amount) * seconds * 1000;
}
