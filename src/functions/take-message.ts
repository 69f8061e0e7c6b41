import type { InvocationContext } from '@azure/functions';
import { InvalidInputError } from '../lib/errors.ts';
import type { Lane } from '../lib/model/request.ts';
import type { Ports } from '../lib/ports.ts';
import type { App } from '../lib/wiring.ts';
import type { AppSource } from './current-app.ts';
import { invocationLog, withInvocation } from './invocation-log.ts';
import { writeDown } from './restore-poison.ts';

/** As host.json says, after which the host moves a message to its poison queue. */
export const maxDequeueCount = 5;

/** How often the queue handed the message out, and how often it would. */
export interface Delivery {
  readonly dequeueCount: number;
  readonly maxDequeueCount: number;
}

/** One queue's messages: how they read, what they ask for, and what becomes of one that failed. */
export interface MessageKind<Request> {
  /** The lane of whom a message names that nobody understands. */
  readonly lane: Lane;
  readonly parse: (app: App, message: unknown) => Request;
  readonly work: (ports: Ports, request: Request, delivery: Delivery) => Promise<void>;
  readonly settle: (
    app: App,
    ports: Ports,
    error: unknown,
    request: Request,
    delivery: Delivery,
  ) => Promise<'throw' | 'done'>;
}

/**
 * Does what a queue message asks. A failure is settled by the queue's rules: either it was taken care of, and the message is
 * done, or it is thrown, and the host hands the message out again.
 */
export async function takeMessage<Request extends { readonly tenantId: string }>(
  message: unknown,
  context: InvocationContext,
  source: AppSource,
  kind: MessageKind<Request>,
): Promise<void> {
  await withInvocation(context, async () => {
    const app = await source();
    const request = await understood(app, message, kind);
    if (request === undefined) return;
    const ports = app.portsFor(request.tenantId.toLowerCase());
    if (ports === undefined) {
      invocationLog.warn('A message is of a tenant that is not served.', { tenantId: request.tenantId });
      return;
    }
    const delivery = { dequeueCount: Number(context.triggerMetadata?.['dequeueCount'] ?? 1), maxDequeueCount };
    try {
      await kind.work(ports, request, delivery);
    } catch (error) {
      const settled = await kind.settle(app, ports, error, request, delivery);
      if (settled === 'throw') throw error;
    }
  });
}

async function understood<Request>(
  app: App,
  message: unknown,
  { parse, lane }: MessageKind<Request>,
): Promise<Request | undefined> {
  try {
    return parse(app, message);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    await writeDown(app, message, error, lane);
    return undefined;
  }
}
