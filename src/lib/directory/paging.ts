import { z } from 'zod';
import { IncompleteReadingError } from '../errors.ts';
import { required, type GraphCall, type GraphClient } from './graph-client.ts';
import { parseAnswer } from './parse-answer.ts';

/** With pages of 999 this is ten million items: more is a listing that goes in circles. */
const MOST_PAGES = 10_000;

/** Largest page Graph gives (Microsoft Graph, "Paging"). */
export const PAGE_SIZE = 999;

/** The shape of one page; an empty one with a link is normal. */
export function pageSchema<T>(item: z.ZodType<T>) {
  return z.object({ value: z.array(item), '@odata.nextLink': z.string().optional() });
}

/**
 * Pages of a listing, following each link whole. Throws on any page that fails, on a link that was seen before, and on a
 * listing without end; what came before is then void.
 */
export async function* pages<T>(
  client: GraphClient,
  first: GraphCall,
  item: z.ZodType<T>,
): AsyncGenerator<readonly T[], void, undefined> {
  const schema = pageSchema(item);
  const seen = new Set<string>();
  let call = first;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const body = required(await client.send(call), call);
    const page = parseAnswer(schema, body, 'a listing');
    yield page.value;
    const link = page['@odata.nextLink'];
    if (link === undefined) return;
    if (seen.has(link)) throw new IncompleteReadingError('A listing repeats one of its links.');
    seen.add(link);
    call = { ...first, path: link };
  }
  throw new IncompleteReadingError(`A listing has more than ${MOST_PAGES} pages.`);
}

/** All items of a listing that is known to be short. */
export async function allOf<T>(client: GraphClient, first: GraphCall, item: z.ZodType<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages(client, first, item)) items.push(...page);
  return items;
}
