/** The hand-written loop in a process of its own: takes one order at a time over IPC and answers with the time it took. */
import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import { z } from 'zod';
import { connectByHand, reconcileByHand, type HandParts } from './hand-reconcile.ts';

export const handOrderSchema = z.object({
  id: z.number(),
  tenantId: z.string(),
  connectionString: z.string(),
  graphUrl: z.string(),
  token: z.string(),
  roles: z.record(z.string(), z.string()),
  /** Whom to reconcile; or take as many from a queue, as a consumer does: receive, delete, and send a second look. */
  userIds: z.array(z.string()),
  queueName: z.string().optional(),
  /** Reconciles at a time. */
  lanes: z.number(),
});
export type HandOrder = Omit<z.infer<typeof handOrderSchema>, 'id'>;

export const handResultSchema = z.object({
  milliseconds: z.number(),
  changed: z.number(),
  error: z.string().optional(),
});

type NextUser = () => Promise<Task | undefined>;
interface Task {
  readonly userId: string;
  done(changed: boolean): Promise<unknown>;
}

async function carryOut(order: z.infer<typeof handOrderSchema>): Promise<z.infer<typeof handResultSchema>> {
  const parts = connectByHand(order);
  const next = order.queueName === undefined ? fromList(order.userIds) : fromQueue(order, order.queueName);
  const startedAt = performance.now();
  const lanes = Array.from({ length: order.lanes }, () => lane(parts, next));
  const changed = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
  return { milliseconds: performance.now() - startedAt, changed };
}

async function lane(parts: HandParts, next: NextUser): Promise<number> {
  let changed = 0;
  for (let task = await next(); task !== undefined; task = await next()) {
    const wrote = await reconcileByHand(parts, task.userId);
    await task.done(wrote);
    if (wrote) changed += 1;
  }
  return changed;
}

function fromList(userIds: readonly string[]): NextUser {
  const rest = userIds.values();
  return async () => {
    const { value } = rest.next();
    return value === undefined ? undefined : { userId: value, done: async () => undefined };
  };
}

const messageSchema = z.object({ userId: z.string() });

/** Lanes share what is received, 16 messages at a time. */
function fromQueue(order: z.infer<typeof handOrderSchema>, queueName: string): NextUser {
  const queue = QueueServiceClient.fromConnectionString(order.connectionString).getQueueClient(queueName);
  const received: Task[] = [];
  let left = order.userIds.length;
  let receiving: Promise<void> | undefined;
  const receive = async (): Promise<void> => {
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 16, visibilityTimeout: 600 });
    for (const { messageText, messageId, popReceipt } of receivedMessageItems) {
      const { userId } = messageSchema.parse(JSON.parse(messageText));
      received.push({ userId, done: (changed) => finish(queue, messageText, { messageId, popReceipt, changed }) });
    }
    receiving = undefined;
  };
  return async () => {
    if (left === 0) return undefined;
    left -= 1;
    while (received.length === 0) await (receiving ??= receive());
    return received.shift();
  };
}

async function finish(
  queue: QueueClient,
  message: string,
  { messageId, popReceipt, changed }: { messageId: string; popReceipt: string; changed: boolean },
): Promise<void> {
  if (changed) await queue.sendMessage(message, { visibilityTimeout: 301, messageTimeToLive: -1 });
  await queue.deleteMessage(messageId, popReceipt);
}

function listen(): void {
  process.on('message', (message) => {
    const order = handOrderSchema.safeParse(message);
    if (!order.success) return;
    const { id } = order.data;
    carryOut(order.data)
      .catch((error: unknown) => ({ milliseconds: 0, changed: 0, error: String(error) }))
      .then((result) => process.send?.({ id, ...result }))
      .catch(() => process.exit(1));
  });
  process.once('disconnect', () => process.exit(0));
}

if (import.meta.main) listen();
