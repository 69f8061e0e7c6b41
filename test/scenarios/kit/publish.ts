import { z } from 'zod';
import type { Stack } from '../../../dev/stack.ts';
import { type ApiAnswer, operate } from './operator.ts';
import type { Scene } from './scene.ts';

const roles = ['Rolecall.Configure'];
/** Far more than events can change the number in between. */
const mostTries = 50;
const askedSchema = z.looseObject({ losers: z.int() });

/** Puts a document in force as the successor of a version, as a person does who says how many lose by it, or says nothing. */
export function publish(
  stack: Stack,
  { tenantId }: Scene,
  from: number,
  document: unknown,
  losers?: number,
): Promise<ApiAnswer> {
  const options = { method: 'PUT', headers: { 'if-match': `"${from}"` }, roles } as const;
  return operate(stack, tenantId, 'rules', { document, ...(losers === undefined ? {} : { losers }) }, options);
}

/** The same, by a person who is asked for the number of losers and gives it; again, while events change the number meanwhile. */
export async function publishAsAsked(stack: Stack, scene: Scene, from: number, document: unknown): Promise<ApiAnswer> {
  let answer = await publish(stack, scene, from, document);
  for (let tries = 0; answer.status === 409 && tries < mostTries; tries += 1) {
    answer = await publish(stack, scene, from, document, askedSchema.parse(answer.body).losers);
  }
  return answer;
}
