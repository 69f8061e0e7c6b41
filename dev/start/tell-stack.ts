import type { Stack } from '../stack.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import { paint } from './paint.ts';

/** What is running where. `data` says what becomes of it; `wantedPort` is the one the app should have had, if any. */
export function tellStack(stack: Stack, data: string, wantedPort?: number): readonly string[] {
  const { urls, storage, host, simulator } = stack;
  const { directory } = simulator.world.tenant(SAMPLE_TENANT.tenantId);
  const port = Number(new URL(urls.host).port);
  const replaced = wantedPort === undefined || port === wantedPort ? '' : ` (port ${wantedPort} is taken)`;
  const row = (name: string, text: string): string => `  ${paint('bold', name.padEnd(10))}${text}`;
  return [
    'Running on this machine, and nowhere else:',
    row('app', `${urls.host}${replaced}`),
    row('', `${host.functionNames.length} functions: ${[...host.functionNames].sort().join(', ')}`),
    row(
      'directory',
      `${urls.simulator}/v1.0: ${directory.userIds().length} users, ${directory.groupIds().length} groups`,
    ),
    row('tables', storage.tableUrl),
    row('queues', storage.queueUrl),
    row('data', data),
  ];
}

/** Three lines to try, about somebody who has not much yet. */
export function tellWhatToTry(stack: Stack): readonly string[] {
  const { directory } = stack.simulator.world.tenant(SAMPLE_TENANT.tenantId);
  const [user] = [...directory.users()].filter(({ department }) => department === 'People');
  const name = user?.userPrincipalName ?? 'somebody';
  return [
    'Try, in another terminal:',
    `  npm run tenant -- add ${name} data-science-emea`,
    `  npm run tenant -- show ${name}`,
    `  npm run tenant -- disable ${name}`,
  ];
}
