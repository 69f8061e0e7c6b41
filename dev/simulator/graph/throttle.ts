import type { SimulatorSettings } from '../world/settings.ts';

/** Window of the resource unit limit and of the write limit (Graph throttling limits, "Identity and access"). */
const UNIT_WINDOW_MS = 10_000;
const WRITE_WINDOW_MS = 150_000;

/** Share of the limit at which requests of low priority are shed already. */
const LOW_PRIORITY_SHARE = 0.9;

/** One request to be charged. `now` in simulated milliseconds. */
export interface Charge {
  tenantId: string;
  clientId: string;
  userCount: number;
  units: number;
  write: boolean;
  priority: string | undefined;
  now: number;
}

/** What the charge led to; `refused` carries what the 429 has to say. */
export interface ChargeOutcome {
  /** Use of the limit, 1 being all of it. */
  share: number;
  refused?: Refusal;
}

/** The content of a 429. */
export interface Refusal {
  retryAfterSeconds: number;
  information: string;
  limit: 'ReadWrite' | 'Write';
}

interface Bucket {
  level: number;
  at: number;
}

/** Leaky buckets per app and tenant. A refused request counts as well, so whoever does not wait stays out. */
export class Throttle {
  readonly #settings: SimulatorSettings;
  readonly #buckets = new Map<string, Bucket>();

  constructor(settings: SimulatorSettings) {
    this.#settings = settings;
  }

  charge(charge: Charge): ChargeOutcome {
    if (!this.#settings.throttling) return { share: 0 };
    const key = `${charge.tenantId}/${charge.clientId}`;
    const unitLimit = this.#settings.unitsPerTenSeconds ?? unitsPerTenSeconds(charge.userCount);
    const units = this.#fill(`units ${key}`, charge.units, unitLimit, UNIT_WINDOW_MS, charge.now);
    const writeLimit = this.#settings.writesPerWindow;
    const writes = charge.write ? this.#fill(`writes ${key}`, 1, writeLimit, WRITE_WINDOW_MS, charge.now) : 0;
    const share = Math.max(units, writes);
    const allowed = charge.priority?.toLowerCase() === 'low' ? LOW_PRIORITY_SHARE : 1;
    if (units > allowed) return { share, refused: refusal('ReadWrite', units, UNIT_WINDOW_MS) };
    if (writes > allowed) return { share, refused: refusal('Write', writes, WRITE_WINDOW_MS) };
    return { share };
  }

  /** Everything leaks out at once. */
  reset(): void {
    this.#buckets.clear();
  }

  #fill(key: string, amount: number, limit: number, windowMs: number, now: number): number {
    const bucket = this.#buckets.get(key) ?? { level: 0, at: now };
    const leaked = ((now - bucket.at) * limit) / windowMs;
    // 1.8 is the highest percentage Graph reports; beyond it nothing more is held against the caller.
    bucket.level = Math.min(Math.max(0, bucket.level - leaked) + amount, 1.8 * limit);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    return bucket.level / limit;
  }
}

/** Size classes S, M and L by the number of users in the tenant. */
export function unitsPerTenSeconds(userCount: number): number {
  if (userCount < 50) return 3500;
  return userCount <= 500 ? 5000 : 8000;
}

function refusal(limit: 'ReadWrite' | 'Write', share: number, windowMs: number): Refusal {
  const information = limit === 'Write' ? 'WriteLimitExceeded' : 'ResourceUnitLimitExceeded';
  // Until half of the limit is free again.
  return { limit, information, retryAfterSeconds: Math.ceil(((share - 0.5) * windowMs) / 1000) };
}
