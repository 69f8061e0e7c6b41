import { z } from 'zod';
import type { Client } from '@microsoft/microsoft-graph-client';

const itemSchema = z.record(z.string(), z.unknown());
const pageSchema = z.object({
  '@odata.context': z.string(),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
  value: z.array(itemSchema),
});

/** One page of a round. */
export type DeltaPage = z.infer<typeof pageSchema>;

/** A finished round: its pages, all items in their order, and the link that starts the next one. */
export interface DeltaRoundRead {
  readonly pages: readonly DeltaPage[];
  readonly items: readonly z.infer<typeof itemSchema>[];
  readonly deltaLink: string;
}

/** Asks for one page by path or link. */
export async function deltaPage(client: Client, url: string, prefer?: string): Promise<DeltaPage> {
  const request = client.api(url);
  if (prefer !== undefined) request.header('Prefer', prefer);
  return pageSchema.parse(await request.get());
}

/** Follows the links of a round to its end; fails when they loop. */
export async function deltaRound(client: Client, url: string, prefer?: string): Promise<DeltaRoundRead> {
  const pages: DeltaPage[] = [];
  const seen = new Set<string>();
  let next: string | undefined = url;
  while (next !== undefined) {
    if (seen.has(next)) throw new Error(`The round loops at ${next}.`);
    seen.add(next);
    const page: DeltaPage = await deltaPage(client, next, prefer);
    pages.push(page);
    next = page['@odata.nextLink'];
  }
  const deltaLink = pages.at(-1)?.['@odata.deltaLink'];
  if (deltaLink === undefined) throw new Error('The last page has no delta link.');
  return { pages, items: pages.flatMap(({ value }) => value), deltaLink };
}
