import { setTimeout } from 'node:timers/promises';
import { ConnectionDropped, type HttpReply } from './http-message.ts';
import type { FaultSpec, FaultTarget } from './world/fault.ts';
import type { World } from './world/world.ts';

/**
 * Answers a request as the scripted faults want it: late, refused, cut off or untouched.
 * `refuse` gives the answer its service's own form. Throws `ConnectionDropped` for a cut connection.
 */
export async function underFault(
  world: World,
  target: FaultTarget,
  answer: () => HttpReply | Promise<HttpReply>,
  refuse: (status: number, fault: FaultSpec) => HttpReply,
): Promise<HttpReply> {
  const fault = world.control.faults.strike(target);
  if (fault === undefined) return answer();
  if (fault.delayMs !== undefined) await setTimeout(fault.delayMs);
  if (fault.drop === 'before') throw new ConnectionDropped();
  if (fault.drop === 'after') {
    await answer();
    throw new ConnectionDropped();
  }
  if (fault.body !== undefined) return { status: fault.status ?? 200, body: fault.body };
  return fault.status === undefined ? answer() : refuse(fault.status, fault);
}

/** `Retry-After` as the fault wants it. */
export function retryAfterHeader(fault: FaultSpec): Record<string, string> {
  return fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) };
}
