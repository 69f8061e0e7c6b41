import type { HttpReply } from '../http-message.ts';
import { parseFilter } from './filter.ts';
import { unsupportedQuery } from './graph-error.ts';
import { isAdvancedQuery, pageReply } from './page.ts';
import type { Json } from './projection.ts';
import type { GraphContext } from './route.ts';

/** A collection of one type: how to enumerate, fetch and show its objects. */
export interface Collection<T extends { id: string; displayName: string }> {
  entitySet: string;
  ids: () => readonly string[];
  object: (id: string) => T | undefined;
  json: (object: T) => Json;
}

/** Answers `GET` on a collection with `$filter`, `$orderby=displayName`, `$select`, `$top` and `$count`. */
export function listObjects<T extends { id: string; displayName: string }>(
  context: GraphContext,
  collection: Collection<T>,
): HttpReply {
  const { query } = context;
  if (query.has('$filter') && query.has('$orderby') && !isAdvancedQuery(context)) {
    throw unsupportedQuery('Sorting not supported for current query.');
  }
  return pageReply(context, {
    entitySet: collection.entitySet,
    ids: () => ordered(query, collection, filtered(query, collection)),
    item: (id) => {
      const object = collection.object(id);
      return object === undefined ? undefined : collection.json(object);
    },
  });
}

function filtered<T extends { id: string; displayName: string }>(
  query: URLSearchParams,
  { ids, object }: Collection<T>,
): readonly string[] {
  const text = query.get('$filter');
  if (text === null) return ids();
  const { matches, only } = parseFilter(text);
  // By id the table answers directly; anything else is a scan.
  const candidates = only?.property === 'id' ? [only.value] : ids();
  return candidates.flatMap((id) => {
    const found = object(id);
    return found !== undefined && matches(found) ? [found.id] : [];
  });
}

function ordered<T extends { id: string; displayName: string }>(
  query: URLSearchParams,
  { object }: Collection<T>,
  ids: readonly string[],
): readonly string[] {
  const order = query.get('$orderby')?.trim();
  if (order === undefined) return ids;
  const match = /^displayName(?:\s+(asc|desc))?$/i.exec(order);
  if (match === null) throw unsupportedQuery('Sorting not supported for current query.');
  const sign = match[1]?.toLowerCase() === 'desc' ? -1 : 1;
  const name = (id: string) => object(id)?.displayName ?? '';
  return [...ids].sort((left, right) => sign * name(left).localeCompare(name(right)));
}
