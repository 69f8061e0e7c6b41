import type { Directory } from './directory.ts';
import type { DirectoryData } from './directory-data.ts';
import type { DirectoryView } from './directory-view.ts';
import type { Random } from './random.ts';

/** How far reads are behind the primary, in seconds of simulated time; 0 means not at all. */
export interface LagSettings {
  /** Upper bound over the replicas that answer ordinary reads. */
  replicaSeconds: number;
  /** Staleness of the index behind `ConsistencyLevel: eventual`. */
  indexSeconds: number;
}

/** Of each configured lag, how much the three replicas have. One is always as late as allowed. */
const REPLICA_SHARES = [0, 0.5, 1] as const;

interface Replica {
  readonly data: DirectoryData;
  readonly lagMs: number;
}

/** Copies of a directory that trail behind it; they exist only while a lag is configured. */
export class Replicas {
  readonly #primary: Directory;
  readonly #random: Random;
  #settings: LagSettings = { replicaSeconds: 0, indexSeconds: 0 };
  #replicas: Replica[] = [];
  #index: Replica | undefined;

  constructor(primary: Directory, random: Random) {
    this.#primary = primary;
    this.#random = random;
  }

  get settings(): LagSettings {
    return this.#settings;
  }

  /** Starts to trail from now on; a copy never goes back in time, and a shorter lag catches up at the next read. */
  configure(settings: Partial<LagSettings>, now: number): void {
    const next = { ...this.#settings, ...settings };
    const trail = (lagMs: number, previous: Replica | undefined): Replica => {
      if (previous !== undefined) this.#catchUp(previous, now);
      return { data: previous?.data ?? this.#primary.copy(), lagMs };
    };
    this.#replicas =
      next.replicaSeconds > 0
        ? REPLICA_SHARES.map((share, place) => trail(share * next.replicaSeconds * 1000, this.#replicas[place]))
        : [];
    this.#index = next.indexSeconds > 0 ? trail(next.indexSeconds * 1000, this.#index) : undefined;
    this.#settings = next;
  }

  /** The copy that answers one read: a replica at random, or the eventual index. */
  choose(consistency: 'replica' | 'eventual', now: number): DirectoryView {
    const chosen =
      consistency === 'eventual' && this.#index !== undefined
        ? this.#index
        : this.#replicas[this.#random.integer(this.#replicas.length)];
    if (chosen === undefined) return this.#primary;
    this.#catchUp(chosen, now);
    return chosen.data;
  }

  #catchUp(replica: Replica, now: number): void {
    for (const change of this.#primary.log.between(replica.data.seq)) {
      if (change.at > now - replica.lagMs) return;
      replica.data.replay(change, change.at);
      replica.data.seq = change.seq;
    }
  }
}
