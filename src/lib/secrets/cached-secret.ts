import type { Clock } from '../ports.ts';
import type { SecretValue, Vault } from './vault.ts';

const KEPT_MS = 10 * 60_000;
const FORCED_READ_INTERVAL_MS = 30_000;

/** A secret of the vault, kept in memory for 10 minutes (Key Vault, "Throttling guidance": cache secrets). */
export interface CachedSecret {
  get(): Promise<SecretValue>;
  /**
   * Entra ID refused this version: reads the vault again, unless that was done less than 30 seconds ago. Undefined when there
   * is no other version to try.
   */
  replacementFor(refused: SecretValue): Promise<SecretValue | undefined>;
}

export function createCachedSecret(vault: Vault, name: string, clock: Clock): CachedSecret {
  let kept: { readonly secret: SecretValue; readonly readAt: number } | undefined;
  let pending: Promise<SecretValue> | undefined;
  let lastForcedRead = Number.NEGATIVE_INFINITY;
  const now = () => clock.now().getTime();

  const read = (): Promise<SecretValue> => {
    pending ??= vault
      .read(name)
      .then((secret) => {
        kept = { secret, readAt: now() };
        return secret;
      })
      .finally(() => (pending = undefined));
    return pending;
  };

  return {
    get: async () => (kept !== undefined && now() - kept.readAt < KEPT_MS ? kept.secret : read()),
    async replacementFor(refused) {
      if (kept === undefined || kept.secret.value === refused.value) {
        if (now() - lastForcedRead < FORCED_READ_INTERVAL_MS) return undefined;
        lastForcedRead = now();
        kept = undefined;
        await read();
      }
      return kept?.secret.value === refused.value ? undefined : kept?.secret;
    },
  };
}
