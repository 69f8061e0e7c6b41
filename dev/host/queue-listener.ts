import { QueueServiceClient } from '@azure/storage-queue';
import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { HostLog } from './host-log.ts';
import type { QueueOptions } from './host-json.ts';
import type { Invoke } from './invoker.ts';
import type { RegisteredFunction } from './load-bundle.ts';
import { createPollDelay } from './poll-delay.ts';
import { leaseSeconds } from './queue-lease.ts';
import type { Lease } from './queue-lease.ts';
import { processMessage } from './queue-message.ts';
import type { MessageLife } from './queue-message.ts';

export interface QueueListenerOptions {
  registered: RegisteredFunction;
  queueName: string;
  connectionString: string;
  options: QueueOptions;
  invoke: Invoke;
  log: HostLog;
}

export interface QueueListener {
  /** Polls at once, since time has jumped. */
  wake(): void;
  /** Renews what must outlive a jump of the clock by this many milliseconds. */
  surviveJump(milliseconds: number): Promise<void>;
  /** Receives no more; resolves when the messages in work are finished, their deletion included. */
  stop(): Promise<void>;
}

/**
 * Polls one queue for one function. Creates the queue when it is missing, which the infrastructure does on Azure.
 * At most `batchSize + newBatchThreshold` messages are in work: a batch is fetched when no more than the threshold are.
 */
export async function startQueueListener(listener: QueueListenerOptions): Promise<QueueListener> {
  const { registered, queueName, options, log } = listener;
  const service = QueueServiceClient.fromConnectionString(listener.connectionString, {
    retryOptions: { maxTries: 4, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
  });
  const queue = service.getQueueClient(queueName);
  await queue.createIfNotExists();

  const leases = new Set<Lease>();
  const life: MessageLife = {
    queue,
    poisonQueue: queueName.endsWith('-poison') ? undefined : service.getQueueClient(`${queueName}-poison`),
    options,
    leases,
    invoke: (body, triggerMetadata) => listener.invoke(registered, body, triggerMetadata),
    log,
  };
  const receive = async (): Promise<DequeuedMessageItem[]> => {
    try {
      const request = { numberOfMessages: options.batchSize, visibilityTimeout: leaseSeconds };
      return (await queue.receiveMessages(request)).receivedMessageItems;
    } catch (error) {
      log({ level: 'warning', source: 'host', function: registered.name, message: `No receive: ${String(error)}` });
      return [];
    }
  };
  return poll(receive, life, registered.name);
}

function poll(receive: () => Promise<DequeuedMessageItem[]>, life: MessageLife, functionName: string): QueueListener {
  const { options, log } = life;
  const delay = createPollDelay(options.maxPollingInterval);
  const inWork = new Set<Promise<void>>();
  let stopped = false;

  const start = (message: DequeuedMessageItem): void => {
    const work = processMessage(message, life)
      .catch((error: unknown) => {
        // Its lease brings the message back; the extension would stop the whole host here.
        log({
          level: 'error',
          source: 'host',
          function: functionName,
          message: `Message left to its lease: ${String(error)}`,
        });
      })
      .finally(() => inWork.delete(work));
    inWork.add(work);
  };
  const run = async (): Promise<void> => {
    while (!isStopped()) {
      const messages = await receive();
      messages.forEach(start);
      if (messages.length === 0) await delay.wait();
      else delay.reset();
      while (inWork.size > options.newBatchThreshold) await Promise.race(inWork);
    }
  };
  const isStopped = (): boolean => stopped;
  const ended = run();

  return {
    wake: () => {
      delay.wake();
    },
    surviveJump: async (milliseconds) => {
      await Promise.all([...life.leases].map((lease) => lease.surviveJump(milliseconds)));
    },
    async stop() {
      stopped = true;
      delay.wake();
      await ended;
      await Promise.all(inWork);
    },
  };
}
