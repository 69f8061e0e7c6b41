import { readFile } from 'node:fs/promises';
import { app, type InvocationContext } from '@azure/functions';
import { runJob as run } from '../lib/detect/run-job.ts';
import type { JobRequest } from '../lib/model/request.ts';
import { activateFirstRules } from '../lib/operate/first-activation.ts';
import { letInProtected } from '../lib/operate/let-in-protected.ts';
import type { Ports } from '../lib/ports.ts';
import type { App } from '../lib/wiring.ts';
import { currentApp } from './current-app.ts';
import { takeMessage } from './take-message.ts';

/** Works on the job that a message names, for a few minutes at most. */
export async function runJob(message: unknown, context: InvocationContext, source = currentApp): Promise<void> {
  await takeMessage<JobRequest>(message, context, source, {
    lane: 'fresh',
    parse: ({ messages }, payload) => messages.parseJobRequest(payload),
    work: async (ports, request) => {
      const { kind, id, causeId } = request;
      if (kind === 'activate' && id === '') return activateFirst(await source(), ports);
      const outcome = await run(ports, request);
      ports.log.info('A job was worked on.', { outcome, kind, id, causeId });
      if (kind === 'fullSync' && outcome === 'finished') await letIn(ports);
    },
    settle: ({ messages }, ports, error, request, delivery) =>
      messages.settleJobFailure(ports, error, request, delivery),
  });
}

/** Has no row and keeps no message: until rules are stored, catchUp asks again every minute. */
async function activateFirst({ settings: { rulesFile } }: App, ports: Ports): Promise<void> {
  try {
    const outcome = await activateFirstRules(ports, async () =>
      rulesFile === undefined ? undefined : readFile(rulesFile.replaceAll('{tenantId}', ports.tenantId), 'utf8'),
    );
    ports.log.info('The first rules were asked for.', { outcome });
  } catch (error) {
    ports.log.error('The first rules can not be put in force; it is tried again in a minute.', error);
  }
}

/** The full sync is done and must not be done again for this; tomorrow's tries it once more. */
async function letIn(ports: Ports): Promise<void> {
  try {
    await letInProtected(ports);
  } catch (error) {
    ports.log.error('Protected groups could not be mapped; the next full sync tries it again.', error);
  }
}

app.storageQueue('runJob', {
  queueName: 'jobs',
  connection: 'AzureWebJobsStorage',
  handler: (message, context) => runJob(message, context),
});
