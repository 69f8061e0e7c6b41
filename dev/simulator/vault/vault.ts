import type { OffsetClock } from '../../clock.ts';
import type { Random } from '../world/random.ts';

/** One version of a secret. Times are seconds since the epoch, as on Key Vault's wire. */
export interface SecretVersion {
  version: string;
  value: string;
  contentType: string | null;
  tags: Record<string, string>;
  enabled: boolean;
  expires: number | null;
  notBefore: number | null;
  created: number;
  updated: number;
}

/** The secrets of one Key Vault, newest version last. */
export class Vault {
  readonly secrets = new Map<string, SecretVersion[]>();
  readonly #clock: OffsetClock;
  readonly #random: Random;

  constructor(clock: OffsetClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Adds a version, which is then the current one. */
  set(name: string, value: string, given: Partial<Omit<SecretVersion, 'version' | 'value'>> = {}): SecretVersion {
    const now = Math.floor(this.#clock.now() / 1000);
    const added = {
      version: this.#random.guid().replaceAll('-', ''),
      value,
      contentType: null,
      tags: {},
      enabled: true,
      expires: null,
      notBefore: null,
      created: now,
      updated: now,
      ...given,
    };
    this.versions(name).push(added);
    return added;
  }

  /** Changes the attributes of a version; undefined when there is none. */
  update(name: string, version: string, given: Partial<SecretVersion>): SecretVersion | undefined {
    const found = this.find(name, version);
    if (found === undefined) return undefined;
    return Object.assign(found, given, { updated: Math.floor(this.#clock.now() / 1000) });
  }

  /** The named version, or the newest one for an empty name. */
  find(name: string, version: string): SecretVersion | undefined {
    const versions = this.secrets.get(name.toLowerCase());
    return version === '' ? versions?.at(-1) : versions?.find((one) => one.version === version);
  }

  /** All versions, oldest first; an unknown name gets an empty, lasting list. */
  versions(name: string): SecretVersion[] {
    const key = name.toLowerCase();
    const versions = this.secrets.get(key) ?? [];
    this.secrets.set(key, versions);
    return versions;
  }
}
