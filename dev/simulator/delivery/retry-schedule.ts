/** How a notification that was not accepted is tried again. All times in milliseconds. */
export interface RetrySchedule {
  /** Wait before the second attempt; each later wait doubles. */
  readonly firstDelayMs: number;
  /** The longest wait between two attempts. */
  readonly longestDelayMs: number;
  /** Age at which a notification is discarded for good: 4 hours. */
  readonly giveUpAfterMs: number;
}

/**
 * The wait after the `attempt`-th attempt (1 = the first) for a notification that is `ageMs` old, or `undefined` when
 * the next attempt would come after it is given up.
 *
 * Exponential back-off for up to 4 hours is Microsoft's promise ("Receive change notifications through webhooks",
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks); its steps are not published.
 */
export function retryDelay(schedule: RetrySchedule, attempt: number, ageMs: number): number | undefined {
  const delay = Math.min(schedule.firstDelayMs * 2 ** (attempt - 1), schedule.longestDelayMs);
  return ageMs + delay <= schedule.giveUpAfterMs ? delay : undefined;
}
