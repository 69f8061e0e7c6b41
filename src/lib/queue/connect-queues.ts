import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';

export const queueNames = ['reconcile-user', 'reconcile-user-bulk', 'jobs'] as const;
export type QueueName = (typeof queueNames)[number];

/** One client per work queue and per poison queue. */
export interface Queues {
  readonly work: Readonly<Record<QueueName, QueueClient>>;
  readonly poison: Readonly<Record<QueueName, QueueClient>>;
}

/** A source of tokens, as every credential of the Azure SDK is one. */
export interface QueueCredential {
  getToken(scopes: string | string[]): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** How the account is reached: a connection string, or the queue endpoint's URL and an identity. */
export type QueueSettings =
  { readonly connectionString: string } | { readonly queueUrl: string; readonly credential: QueueCredential };

/** Clients for all queues; the SDK keeps connections alive. */
export function connectQueues(settings: QueueSettings): Queues {
  const retryOptions = { maxTries: 4, retryDelayInMs: 250, maxRetryDelayInMs: 4000, tryTimeoutInMs: 20_000 };
  const service =
    'connectionString' in settings
      ? QueueServiceClient.fromConnectionString(settings.connectionString, { retryOptions })
      : new QueueServiceClient(settings.queueUrl, settings.credential, { retryOptions });
  const clients = (suffix: string): Record<QueueName, QueueClient> => ({
    'reconcile-user': service.getQueueClient(`reconcile-user${suffix}`),
    'reconcile-user-bulk': service.getQueueClient(`reconcile-user-bulk${suffix}`),
    jobs: service.getQueueClient(`jobs${suffix}`),
  });
  return { work: clients(''), poison: clients('-poison') };
}

/** Creates the queues that are not there: for the local stack; in Azure the template creates them. */
export async function createQueuesIfMissing(queues: Queues): Promise<void> {
  const clients = [...Object.values(queues.work), ...Object.values(queues.poison)];
  await Promise.all(clients.map((client) => client.createIfNotExists()));
}
