import { app, type InvocationContext } from '@azure/functions';
import { runJob as run } from '../lib/detect/run-job.ts';
import type { JobRequest } from '../lib/model/request.ts';
import { currentApp } from './current-app.ts';
import { takeMessage } from './take-message.ts';

/** Works on the job that a message names, for a few minutes at most. */
export async function runJob(message: unknown, context: InvocationContext, source = currentApp): Promise<void> {
  await takeMessage<JobRequest>(message, context, source, {
    parse: ({ messages }, payload) => messages.parseJobRequest(payload),
    work: async (ports, request) => {
      const outcome = await run(ports, request);
      const { kind, id, causeId } = request;
      ports.log.info('A job was worked on.', { outcome, kind, id, causeId });
    },
    settle: ({ messages }, ports, error, request, delivery) =>
      messages.settleJobFailure(ports, error, request, delivery),
  });
}

app.storageQueue('runJob', {
  queueName: 'jobs',
  connection: 'AzureWebJobsStorage',
  handler: (message, context) => runJob(message, context),
});
