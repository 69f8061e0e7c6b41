import type { TriggerReason } from '../model/request.ts';
import type { Ports } from '../ports.ts';
import { enqueueUsers, laneFor, type UserToLookAt } from './enqueue-users.ts';

/** Users kept before they are enqueued, at the most. */
const capacity = 5000;

/** Why a comparison is made, for the messages it sends. */
export interface ComparisonCause {
  readonly reason: TriggerReason;
  readonly causeId: string;
}

/**
 * Users found by several comparisons, each enqueued once: a reconcile looks at the whole user. They are enqueued after the last
 * comparison that named them, and before the job stores how far it came.
 */
export class LookList {
  readonly #ports: Ports;
  readonly #cause: ComparisonCause;
  readonly #fresh = new Map<string, UserToLookAt>();
  readonly #bulk = new Map<string, UserToLookAt>();

  constructor(ports: Ports, cause: ComparisonCause) {
    this.#ports = ports;
    this.#cause = cause;
  }

  /** A handful is fresh work, a whole import is not. */
  add(users: readonly UserToLookAt[]): void {
    const list = laneFor(users) === 'fresh' ? this.#fresh : this.#bulk;
    for (const user of users) if (!list.has(user.userId)) list.set(user.userId, user);
  }

  isFull(): boolean {
    return this.#fresh.size + this.#bulk.size >= capacity;
  }

  /** Enqueues everybody and starts anew; returns how many. */
  async flush(): Promise<number> {
    const fresh = [...this.#fresh.values()];
    const bulk = [...this.#bulk.values()].filter(({ userId }) => !this.#fresh.has(userId));
    await enqueueUsers(this.#ports, fresh, { ...this.#cause, lane: 'fresh' });
    await enqueueUsers(this.#ports, bulk, { ...this.#cause, lane: 'bulk' });
    this.#fresh.clear();
    this.#bulk.clear();
    return fresh.length + bulk.length;
  }
}
