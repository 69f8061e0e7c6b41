import type { HttpReply } from '../http-message.ts';
import { badRequest, GraphError, unsupportedQuery } from './graph-error.ts';
import { selected, type Json } from './projection.ts';
import type { GraphContext } from './route.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 999;

/** A listing to be answered page by page. */
export interface Listing {
  /** Entity set of `@odata.context`, such as `users`. */
  entitySet: string;
  /** All ids in order; asked for on the first page only. */
  ids: () => readonly string[];
  /** One item, undefined when it is gone since the first page. */
  item: (id: string) => Json | undefined;
}

/** True when the request asks the eventual index properly: `ConsistencyLevel: eventual` and `$count=true`. */
export function isAdvancedQuery(context: GraphContext): boolean {
  return isEventual(context) && context.query.get('$count') === 'true';
}

export function isEventual(context: GraphContext): boolean {
  return context.headers['consistencylevel']?.toLowerCase() === 'eventual';
}

/** Answers one page; the link to the next one carries the same options and an opaque token that dies within minutes. */
export function pageReply(context: GraphContext, listing: Listing): HttpReply {
  if (context.query.has('$search')) throw unsupportedQuery('Request with $search query parameter is not supported.');
  const { world, now, query } = context;
  const size = pageSize(query);
  const continued = query.get('$skiptoken');
  const { name, start, ids } = continued === null ? firstPage(context, listing) : laterPage(context, continued);
  const value = ids.slice(start, start + size).flatMap((id) => listing.item(id) ?? []);
  const next = start + size;
  const body: Json = { '@odata.context': contextOf(context, listing.entitySet) };
  if (continued === null && isAdvancedQuery(context)) body['@odata.count'] = ids.length;
  if (next < ids.length) body['@odata.nextLink'] = linkTo(context, `${name ?? world.pages.keep(ids, now)}.${next}`);
  return { status: 200, body: { ...body, value } };
}

/** A collection's size as `$count` below it answers: plain text, advanced queries only. */
export function countReply(context: GraphContext, count: number): HttpReply {
  if (!isEventual(context))
    throw unsupportedQuery('$count is not currently supported without ConsistencyLevel: eventual.');
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(count) };
}

/** `@odata.context` of an entity set, with the selected properties in it. */
export function contextOf(context: GraphContext, entitySet: string): string {
  const names = selected(context.query);
  return `${context.baseUrl}/$metadata#${entitySet}${names === undefined ? '' : `(${names.join(',')})`}`;
}

function pageSize(query: URLSearchParams): number {
  const top = query.get('$top');
  if (top === null) return DEFAULT_PAGE_SIZE;
  const size = Number(top);
  if (Number.isInteger(size) && size >= 1 && size <= MAX_PAGE_SIZE) return size;
  throw badRequest(`Invalid page size specified: '${top}'. Must be between 1 and ${MAX_PAGE_SIZE} inclusive.`);
}

function firstPage(_context: GraphContext, listing: Listing) {
  return { name: undefined, start: 0, ids: listing.ids() };
}

function laterPage({ world, now }: GraphContext, token: string) {
  const [name = '', start = ''] = token.split('.');
  const ids = world.pages.find(name, now, world.control.settings.pageTokenSeconds * 1000);
  if (ids !== undefined && /^\d+$/.test(start)) return { name, start: Number(start), ids };
  throw new GraphError(400, 'Directory_ExpiredPageToken', 'The specified page token value has expired.');
}

function linkTo(context: GraphContext, token: string): string {
  const kept = [...context.query].filter(([name]) => name !== '$skiptoken');
  // Graph writes its links with a literal dollar sign and commas.
  const options = [...kept, ['$skiptoken', token] as const].map(([name, value]) => `${name}=${readable(value)}`);
  return `${context.baseUrl}${context.path}?${options.join('&')}`;
}

function readable(value: string): string {
  return encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%24', '$');
}
