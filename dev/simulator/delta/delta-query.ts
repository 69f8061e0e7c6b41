import { badRequest, unsupportedQuery } from '../graph/graph-error.ts';
import { DEFAULT_USER_PROPERTIES, project } from '../graph/projection.ts';
import type { GraphContext } from '../graph/route.ts';
import { directoryGroup, directoryUser } from '../world/directory-object.ts';
import type { DeltaQuery } from './delta-token.ts';

/** A delta filter names at most this many objects. */
const MOST_FILTERED_IDS = 50;

/** Navigation properties that may be selected; of them only groups' members are simulated. */
const NAVIGATION: Readonly<Record<DeltaQuery['entitySet'], readonly string[]>> = {
  groups: ['members', 'owners'],
  users: ['manager'],
};

/** `$select`, split into what it asks for. */
export interface DeltaSelection {
  /** Names of plain properties as Graph spells them, `id` always among them. */
  readonly properties: readonly string[];
  readonly members: boolean;
}

const ID_TERM = /^\s*id\s+eq\s+'([^']+)'\s*$/i;

function filteredIds(filter: string | null): string[] | null {
  if (filter === null) return null;
  const ids = filter.split(/\s+or\s+/i).map((term) => {
    const id = ID_TERM.exec(term)?.[1];
    if (id === undefined) throw unsupportedQuery(`The delta query filter '${filter}' is not supported.`);
    return id.toLowerCase();
  });
  const distinct = [...new Set(ids)];
  if (distinct.length > MOST_FILTERED_IDS) {
    throw badRequest(`The number of objects in a delta query filter exceeds the maximum of ${MOST_FILTERED_IDS}.`);
  }
  return distinct;
}

/** What the selection of a delta query asks for; 400 for a name the type does not have. */
export function selectionOf({ entitySet, select }: DeltaQuery): DeltaSelection {
  const sample = { id: '', createdDateTime: '' };
  const known = entitySet === 'groups' ? directoryGroup(sample) : directoryUser(sample);
  const all = entitySet === 'groups' ? Object.keys(known) : DEFAULT_USER_PROPERTIES;
  if (select === null) return { properties: all, members: false };
  const names = select.split(',').map((name) => name.trim());
  const plain = names.filter((name) => name !== '' && !NAVIGATION[entitySet].includes(name.toLowerCase()));
  const properties = Object.keys(project(known, ['id', ...plain], entitySet === 'groups' ? 'group' : 'user'));
  return { properties, members: names.some((name) => name.toLowerCase() === 'members') };
}

/**
 * Reads the options of the first call of a chain. `$top`, `$expand`, `$orderby` and filters other than by id are not
 * supported for users and groups (https://learn.microsoft.com/graph/delta-query-overview).
 */
export function deltaQuery({ query, tenant }: GraphContext, entitySet: DeltaQuery['entitySet']): DeltaQuery {
  for (const option of ['$top', '$expand', '$orderby', '$search', '$count']) {
    if (query.has(option)) throw unsupportedQuery(`${option} is not supported with delta queries.`);
  }
  const parsed = {
    tenantId: tenant.id,
    entitySet,
    select: query.get('$select'),
    ids: filteredIds(query.get('$filter')),
  };
  selectionOf(parsed);
  return parsed;
}

/** The first call of a chain as a path and query, for the `Location` of a reset. */
export function initialUrl(baseUrl: string, { entitySet, select, ids }: DeltaQuery): string {
  const filter = ids?.map((id) => `id eq '${id}'`).join(' or ');
  const options = [
    '$deltatoken=',
    ...(select === null ? [] : [`$select=${select}`]),
    ...(filter === undefined ? [] : [`$filter=${encodeURIComponent(filter)}`]),
  ];
  return `${baseUrl}/${entitySet}/delta?${options.join('&')}`;
}
