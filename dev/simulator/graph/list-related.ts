import type { HttpReply } from '../http-message.ts';
import { parseFilter } from './filter.ts';
import { unsupportedQuery } from './graph-error.ts';
import { countReply, isAdvancedQuery, pageReply } from './page.ts';
import { directoryObjectView } from './projection.ts';
import type { GraphContext } from './route.ts';

/** The type in a cast such as `/members/microsoft.graph.user`. */
export type ObjectCast = 'user' | 'group';

/**
 * Lists related users and groups. A cast, `$filter` or `$orderby` is an advanced query: 400 without
 * `ConsistencyLevel: eventual` and `$count=true` (Graph, "Advanced query capabilities on Microsoft Entra ID objects").
 */
export function listRelated(context: GraphContext, ids: () => readonly string[], cast?: ObjectCast): HttpReply {
  const { directory, query, token } = context;
  const filter = query.get('$filter');
  const isAdvanced = cast !== undefined || filter !== null || query.has('$orderby');
  if (isAdvanced && !isAdvancedQuery(context)) {
    throw unsupportedQuery('The specified query needs the header ConsistencyLevel: eventual and $count=true.');
  }
  const show = directoryObjectView(directory, query, token);
  const matches = filter === null ? undefined : parseFilter(filter).matches;
  return pageReply(context, {
    entitySet: cast === undefined ? 'directoryObjects' : `${cast}s`,
    ids: () =>
      ofType(context, ids(), cast).filter((id) => {
        const object = directory.user(id) ?? directory.group(id);
        return matches === undefined || (object !== undefined && matches(object));
      }),
    item: (id) => {
      const json = show(id);
      if (json === undefined || cast === undefined) return json;
      // Inside a cast the type is known and not repeated.
      delete json['@odata.type'];
      return json;
    },
  });
}

/** Answers `$count` below such a list. */
export function countRelated(context: GraphContext, ids: () => readonly string[], cast?: ObjectCast): HttpReply {
  return countReply(context, ofType(context, ids(), cast).length);
}

function ofType(context: GraphContext, ids: readonly string[], cast: ObjectCast | undefined): readonly string[] {
  return cast === undefined ? ids : ids.filter((id) => context.directory.memberType(id) === cast);
}
