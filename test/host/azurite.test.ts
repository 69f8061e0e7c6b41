import { QueueServiceClient } from '@azure/storage-queue';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAzurite } from '../../dev/azurite/start-azurite.ts';

const minutes = 60_000;

describe('Azurite of the local stack', () => {
  it('follows the clock: a delayed message appears in shifted time', async () => {
    const azurite = await startAzurite({ clockOffset: 60 * minutes });
    const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient('delayed');
    await queue.create();
    const sent = await queue.sendMessage('later', { visibilityTimeout: 10 * 60 });

    expect(sent.insertedOn.getTime()).toBeGreaterThan(Date.now() + 59 * minutes);
    expect((await queue.receiveMessages()).receivedMessageItems).toHaveLength(0);
    await azurite.setClockOffset(71 * minutes);
    expect((await queue.receiveMessages()).receivedMessageItems).toHaveLength(1);
    await azurite.stop();
  });

  it('keeps its data in a folder and has them again', async () => {
    const location = await mkdtemp(join(tmpdir(), 'rolecall-azurite-'));
    const queueNames = async (connectionString: string): Promise<string[]> => {
      const names: string[] = [];
      for await (const { name } of QueueServiceClient.fromConnectionString(connectionString).listQueues())
        names.push(name);
      return names;
    };

    const first = await startAzurite({ location });
    await QueueServiceClient.fromConnectionString(first.connectionString).createQueue('kept');
    await first.stop();
    const second = await startAzurite({ location });

    expect(await queueNames(second.connectionString)).toEqual(['kept']);
    await second.stop();
    await rm(location, { recursive: true });
  });
});
