import { createHash, timingSafeEqual } from 'node:crypto';
import type { StoredSubscription } from '../model/watched-group.ts';
import type { Ports } from '../ports.ts';

/** How long a tenant's stored subscriptions are believed before they are read again, in milliseconds. */
const freshMilliseconds = 60_000;
/** A stranger's notifications can't make us read the table more often than this. */
const minimumMilliseconds = 5_000;

interface Known {
  readonly hashes: readonly Buffer[];
  readonly readAt: number;
}

/**
 * Tells whether a `clientState` is one that we gave to Graph for this tenant: the only authenticity of a basic notification.
 * SHA-256 against the stored hashes, current and previous, in constant time; hashes are cached, and read again for an unknown one.
 */
export class SenderCheck {
  #known: Known | undefined;
  #strangerReadAt = Number.NEGATIVE_INFINITY;

  async accepts(ports: Pick<Ports, 'subscriptions' | 'clock'>, clientState: string): Promise<boolean> {
    const now = ports.clock.now().getTime();
    const digest = hashOf(clientState);
    if (this.#known && now - this.#known.readAt < freshMilliseconds && matches(this.#known, digest)) return true;
    // Only a reading that a stranger caused makes others wait: a clientState that was stored a moment ago is known at once.
    if (now - this.#strangerReadAt < minimumMilliseconds) return false;
    const known = { hashes: storedHashes(await ports.subscriptions.list()), readAt: now };
    this.#known = known;
    const isOurs = matches(known, digest);
    if (!isOurs) this.#strangerReadAt = now;
    return isOurs;
  }
}

/** SHA-256 of a clientState, hex: the form in which it is stored. */
export function clientStateHash(clientState: string): string {
  return hashOf(clientState).toString('hex');
}

function hashOf(clientState: string): Buffer {
  return createHash('sha256').update(clientState, 'utf8').digest();
}

function storedHashes(subscriptions: readonly StoredSubscription[]): readonly Buffer[] {
  return subscriptions
    .flatMap((stored) => [stored.clientStateHash, stored.previousClientStateHash])
    .flatMap((hex) => (hex !== undefined && /^[0-9a-f]{64}$/.test(hex) ? [Buffer.from(hex, 'hex')] : []));
}

function matches(known: Known, digest: Buffer): boolean {
  // Every hash is compared, so that the time taken does not tell which one came close.
  return known.hashes.reduce((found, hash) => timingSafeEqual(hash, digest) || found, false);
}
