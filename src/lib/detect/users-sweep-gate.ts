import type { Ports } from '../ports.ts';
import { requestJob } from './request-job.ts';

/** Least time between two users sweeps that notifications ask for, in milliseconds. */
const pauseMilliseconds = 10_000;

/**
 * At most one users sweep in 10 seconds per tenant and process: an HR import sends user notifications by the hundred thousand.
 * The first asks at once, those that follow share one at the end of the pause.
 */
export class UsersSweepGate {
  #nextAt = Number.NEGATIVE_INFINITY;
  #asked: Promise<void> = Promise.resolve();

  /**
   * True when a sweep was asked for, false when one that was asked for before is still to come.
   *
   * @throws when the sweep that was to cover this request could not be asked for; the next request asks again
   */
  async request(ports: Ports, causeId: string): Promise<boolean> {
    const now = ports.clock.now().getTime();
    if (this.#nextAt > now + pauseMilliseconds) {
      await this.#asked;
      return false;
    }
    const before = this.#nextAt;
    // The queue counts whole seconds; the pause begins when the sweep may.
    const delaySeconds = Math.ceil(Math.max(0, before - now) / 1000);
    this.#nextAt = now + delaySeconds * 1000 + pauseMilliseconds;
    this.#asked = requestJob(ports, 'sweep', 'users', { causeId, delaySeconds }).catch((error: unknown) => {
      this.#nextAt = before;
      throw error;
    });
    await this.#asked;
    return true;
  }
}
