import { badRequest, GraphError } from '../graph/graph-error.ts';
import { hiddenFrom } from '../graph/hidden-membership.ts';
import type { GraphContext, GraphRoute } from '../graph/route.ts';
import type { HttpReply } from '../http-message.ts';
import { pageJson, type MemberView } from './delta-json.ts';
import { layOut } from './delta-pages.ts';
import { deltaQuery, initialUrl, selectionOf } from './delta-query.ts';
import { firstRows, laterRows, type RowSource } from './delta-row.ts';
import type { DeltaRound } from './delta-rounds.ts';
import { decodeDeltaToken, decodePageToken, encodeToken, type DeltaQuery, type DeltaToken } from './delta-token.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

type EntitySet = DeltaQuery['entitySet'];

function rowSource(context: GraphContext, query: DeltaQuery): RowSource {
  const { properties, members } = selectionOf(query);
  const tracked = new Set(properties);
  return { view: context.directory, query, members, tracks: (property) => tracked.has(property) };
}

function invalidToken(): GraphError {
  return badRequest('Invalid delta token.');
}

/** A round over everything, as the copy that answers sees it now. */
function firstRound(context: GraphContext, query: DeltaQuery): DeltaRound {
  const { settings } = context.world.control.delta;
  const until = context.directory.seq;
  const log = context.tenant.directory.log.between(context.tenant.directory.log.completeAfter(), until);
  const rows = firstRows(rowSource(context, query), settings.removalsInFirstRound, log);
  const pages = layOut(rows, query.entitySet, settings, context.world.random);
  return { query, pages, minimal: false, isFirst: true, since: until, until, answered: new Set() };
}

/** Refuses a token that is too old, was made invalid, or reaches back further than the log. */
function checkToken(context: GraphContext, token: DeltaToken): void {
  const { delta } = context.world.control;
  const refusal = delta.refusalOf(token);
  if (refusal === 'reset') {
    const location = initialUrl(context.baseUrl, token.query);
    throw new GraphError(410, 'resyncRequired', 'Resync required.', { Location: location });
  }
  const tooOld = context.now - token.at > delta.settings.tokenLifetimeDays * DAY_MS;
  const forgotten = token.since < context.tenant.directory.log.completeAfter();
  if (refusal === 'expired' || tooOld || forgotten) {
    throw new GraphError(400, 'syncStateNotFound', 'The sync state is not found; the delta token is too old.');
  }
}

/** A round from a delta link: what the answering copy has seen since then, never what it has not. */
function laterRound(context: GraphContext, text: string, entitySet: EntitySet): DeltaRound {
  const token = decodeDeltaToken(text);
  if (token?.query.tenantId !== context.tenant.id || token.query.entitySet !== entitySet) throw invalidToken();
  checkToken(context, token);
  const { settings } = context.world.control.delta;
  const { random } = context.world;
  const { log } = context.tenant.directory;
  // A copy further behind than the one before tells nothing and must not turn the chain back.
  const until = Math.max(context.directory.seq, token.since);
  const from = random.chance(settings.replays) ? Math.max(token.previous, log.completeAfter()) : token.since;
  const rows = laterRows(rowSource(context, token.query), log.between(from, Math.min(until, context.directory.seq)));
  return {
    query: token.query,
    pages: layOut(rows, entitySet, settings, random),
    minimal: (context.headers['prefer'] ?? '').includes('return=minimal'),
    isFirst: false,
    since: token.since,
    until,
    answered: new Set(),
  };
}

function deltaLink(
  context: GraphContext,
  { query, since, until }: Pick<DeltaRound, 'query' | 'since' | 'until'>,
): string {
  const serial = context.world.control.delta.nextSerial();
  const token = encodeToken({ query, since: until, previous: since, at: context.now, serial });
  return `${context.baseUrl}/${query.entitySet}/delta?$deltatoken=${token}`;
}

function memberView(context: GraphContext): MemberView {
  const { directory } = context.tenant;
  return {
    typeOf: (id) => directory.memberType(id) ?? 'user',
    hiddenIn(groupId) {
      const group = directory.group(groupId);
      return group !== undefined && hiddenFrom(context, group);
    },
  };
}

function contextUrl(context: GraphContext, { query, isFirst }: DeltaRound): string {
  const names = query.select?.split(',').filter((name) => name.trim().toLowerCase() !== 'members');
  const shown = isFirst && names !== undefined ? `(${names.join(',')})` : '';
  return `${context.baseUrl}/$metadata#${query.entitySet}${shown}`;
}

/** One page; `name` is set when the round is remembered already. */
function answerPage(context: GraphContext, round: DeltaRound, number: number, name?: string): HttpReply {
  const { rounds, settings } = context.world.control.delta;
  const isRetry = round.answered.has(number);
  round.answered.add(number);
  const link = (): Record<string, string> => {
    if (number + 1 >= round.pages.length && !settings.loopingPages) {
      return { '@odata.deltaLink': deltaLink(context, round) };
    }
    const page = settings.loopingPages ? number : number + 1;
    const token = { round: name ?? rounds.keep(round), page, at: context.now, retried: isRetry };
    return { '@odata.nextLink': `${context.baseUrl}/${round.query.entitySet}/delta?$skiptoken=${encodeToken(token)}` };
  };
  return {
    status: 200,
    body: {
      '@odata.context': contextUrl(context, round),
      ...link(),
      value: pageJson(round, round.pages[number] ?? [], memberView(context)),
    },
  };
}

function continueRound(context: GraphContext, text: string, entitySet: EntitySet): HttpReply {
  const token = decodePageToken(text);
  if (token === undefined) throw badRequest('Invalid page token.');
  const { delta, settings } = context.world.control;
  if (token.retried && delta.settings.refuseLinksOfRetriedPages) {
    throw new GraphError(
      400,
      'DirectoryPageTokenNotFoundException',
      'The page token of a retried request is not known.',
    );
  }
  const round = delta.rounds.find(token.round);
  const isOld = context.now - token.at > settings.pageTokenSeconds * 1000;
  if (round?.query.tenantId !== context.tenant.id || round.query.entitySet !== entitySet || isOld) {
    throw new GraphError(400, 'Directory_ExpiredPageToken', 'The specified page token value has expired.');
  }
  return answerPage(context, round, token.page, token.round);
}

function answerDelta(context: GraphContext, entitySet: EntitySet): HttpReply {
  const skip = context.query.get('$skiptoken');
  if (skip !== null) return continueRound(context, skip, entitySet);
  const token = context.query.get('$deltatoken') ?? '';
  if (token === '') return answerPage(context, firstRound(context, deltaQuery(context, entitySet)), 0);
  if (token !== 'latest') return answerPage(context, laterRound(context, token, entitySet), 0);
  const { seq } = context.directory;
  const query = deltaQuery(context, entitySet);
  const start = {
    query,
    pages: [[]],
    minimal: false,
    isFirst: true,
    since: seq,
    until: seq,
    answered: new Set<number>(),
  };
  return answerPage(context, start, 0);
}

function route(entitySet: EntitySet, path: string): GraphRoute {
  return {
    method: 'GET',
    path,
    // Not in Microsoft's cost table; its own group synchronisation service books 5 a page, a users listing costs 2.
    units: entitySet === 'groups' ? 5 : 2,
    flatUnits: true,
    allow: entitySet === 'groups' ? [['GroupMember.Read.All']] : [['User.Read.All']],
    handle: (context) => answerDelta(context, entitySet),
  };
}

/**
 * `/groups/delta` and `/users/delta`, and the same function under its full name.
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const deltaRoutes: readonly GraphRoute[] = (['groups', 'users'] as const).flatMap((entitySet) =>
  ['delta', 'delta()', 'microsoft.graph.delta', 'microsoft.graph.delta()'].map((name) =>
    route(entitySet, `/${entitySet}/${name}`),
  ),
);
