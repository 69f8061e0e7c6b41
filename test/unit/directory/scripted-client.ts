import type { GraphAnswer, GraphCall, GraphClient } from '../../../src/lib/directory/graph-client.ts';
import { createThrottle } from '../../../src/lib/directory/throttle.ts';
import { createLog } from '../../../src/lib/log.ts';

/** A Graph client that gives prepared answers in turn, and keeps what it was asked. */
export function scriptedClient(...answers: readonly Pick<GraphAnswer, 'status' | 'body'>[]) {
  const calls: GraphCall[] = [];
  const client: GraphClient = {
    send: async (call) => {
      const answer = answers[Math.min(calls.length, answers.length - 1)];
      calls.push(call);
      if (answer === undefined) throw new Error('There is no answer.');
      return answer;
    },
    permissions: async () => new Set(),
    renewToken: async () => false,
    throttle: createThrottle({ now: () => new Date(0) }),
    log: createLog(() => undefined),
  };
  return { client, calls };
}
