import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';

/** How long a received message stays hidden, whatever host.json says (azure-sdk-for-net, QueueListener.cs). */
export const leaseSeconds = 10 * 60;
const renewAfter = (leaseSeconds * 1000) / 2;
const retryAfter = 60_000;
const longestVisibilityTimeout = 7 * 24 * 3600;

/** The hold on one message while its function runs; renewed at half time until it ends. */
export interface Lease {
  /**
   * Renews at once if that falls due within the next `milliseconds`, so long that the lease outlives a jump of the clock
   * by that much. Called before the clock jumps: time that passes in one step would otherwise skip the renewals in it.
   */
  surviveJump(milliseconds: number): Promise<void>;
  /** Ends the renewals and resolves with the latest pop receipt. */
  end(): Promise<string>;
}

export function holdLease(queue: QueueClient, { messageId, popReceipt: firstPopReceipt }: DequeuedMessageItem): Lease {
  let popReceipt = firstPopReceipt;
  let dueAt = Date.now() + renewAfter;
  let held = true;
  let work: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const arm = (milliseconds: number): void => {
    clearTimeout(timer);
    dueAt = Date.now() + milliseconds;
    timer = setTimeout(() => void renew(0), milliseconds);
  };
  const renewOnce = async (jump: number): Promise<void> => {
    if (!held) return;
    const seconds = Math.min(leaseSeconds + Math.ceil(jump / 1000), longestVisibilityTimeout);
    try {
      const renewed = await queue.updateMessage(messageId, popReceipt, undefined, seconds);
      popReceipt = renewed.popReceipt ?? popReceipt;
      arm(renewAfter);
      dueAt += jump;
    } catch (error) {
      // A refused pop receipt ends the renewals for good; anything else is tried again soon.
      if (error instanceof Error && 'statusCode' in error && error.statusCode !== 503) held = false;
      else arm(retryAfter);
    }
  };
  const renew = (jump: number): Promise<void> => (work = work.then(() => renewOnce(jump)));

  arm(renewAfter);
  return {
    surviveJump: (milliseconds) => (Date.now() + milliseconds >= dueAt ? renew(milliseconds) : Promise.resolve()),
    async end() {
      held = false;
      clearTimeout(timer);
      await work;
      clearTimeout(timer);
      return popReceipt;
    },
  };
}
