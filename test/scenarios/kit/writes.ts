import type { OperationCount } from '../../../dev/storage-proxy/counters.ts';
import type { StorageProxy } from '../../../dev/storage-proxy/start-storage-proxy.ts';
import type { Stage } from './stage.ts';

const reads = new Set(['get', 'query', 'receive', 'peek', 'properties', 'other']);

/** What was written since the counters were reset, such as `table access transaction`, with how often. */
export function writesOf(proxy: StorageProxy, wanted: (operation: OperationCount) => boolean = () => true): string[] {
  return proxy
    .counters()
    .filter((operation) => !operation.inTransaction && !reads.has(operation.verb) && wanted(operation))
    .map(({ service, resource, verb, count }) => `${service} ${resource} ${verb}: ${count}`)
    .sort();
}

/** Tables that say something of users; those of jobs and subscriptions keep their own time. */
export function aboutUsers({ service, resource }: OperationCount): boolean {
  return service === 'table' && ['access', 'assignments', 'changes', 'holds', 'work', 'rules'].includes(resource);
}

/**
 * Lets something happen and kills the host just before its n-th write is executed; then starts a new host and lets it finish.
 * False: there were fewer writes, and nobody was killed.
 */
export async function crashAtWrite(stage: Stage, n: number, happen: () => void | Promise<void>): Promise<boolean> {
  const { stack } = stage;
  const crash = Promise.withResolvers<undefined>();
  let crashes = 0;
  const disarm = stack.proxy.faults.onWrite(n, 'before', async () => {
    crashes += 1;
    await stack.host.crash();
    crash.resolve(undefined);
  });
  await happen();
  const quiet = stage.quiet();
  await Promise.race([quiet, crash.promise]);
  disarm();
  if (crashes > 0) {
    await crash.promise;
    await stack.restartHost();
  }
  await quiet;
  await stage.settle();
  return crashes > 0;
}
