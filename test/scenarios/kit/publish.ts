import { z } from 'zod';
import type { Stack } from '../../../dev/stack.ts';
import { type ApiAnswer, operate } from './operator.ts';
import type { Scene } from './scene.ts';

const roles = ['Rolecall.Configure'];
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

/** The same, by a person who is asked for the number of losers and gives it. */
export async function publishAsAsked(stack: Stack, scene: Scene, from: number, document: unknown): Promise<ApiAnswer> {
  const answer = await publish(stack, scene, from, document);
  if (answer.status !== 409) return answer;
  return publish(stack, scene, from, document, askedSchema.parse(answer.body).losers);
}
