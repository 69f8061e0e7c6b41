import { NotFoundError } from '../errors.ts';
import { newJobRequest } from '../model/new-request.ts';
import type { Ports } from '../ports.ts';
import { requestActivation } from '../rules/store-version.ts';
import type { Needs } from './needs.ts';

/**
 * Asks for what the rules of a tenant still need: the activation of a version that is stored and not in force, because whoever
 * published it may have died before asking; or the first document. The catchUp timer calls it, and timers only enqueue.
 */
export async function requestRules(
  ports: Pick<Ports, 'tenantId' | 'clock' | 'newId'> & Needs<{ rules: 'activeVersion' | 'version'; jobQueue: 'send' }>,
): Promise<'inForce' | 'requested' | 'firstRequested'> {
  const active = await ports.rules.activeVersion();
  const causeId = ports.newId();
  if (await isStored(ports, active + 1)) {
    await requestActivation(ports, active + 1, causeId);
    return 'requested';
  }
  if (active > 0) return 'inForce';
  await ports.jobQueue.send(newJobRequest({ tenantId: ports.tenantId, now: ports.clock.now(), causeId }, 'activate'));
  return 'firstRequested';
}

async function isStored({ rules }: Needs<{ rules: 'version' }>, version: number): Promise<boolean> {
  try {
    await rules.version(version);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
