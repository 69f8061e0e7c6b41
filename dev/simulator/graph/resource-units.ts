import type { GraphRoute } from './route.ts';

/** Cost of one call: the route's base, less 1 for `$select` and for `$top` below 20, more 1 for `$expand`; at least 1. */
export function resourceUnits(route: GraphRoute, query: URLSearchParams): number {
  if (route.flatUnits === true) return route.units;
  const select = query.has('$select') ? -1 : 0;
  const expand = query.has('$expand') ? 1 : 0;
  const top = query.has('$top') && Number(query.get('$top')) < 20 ? -1 : 0;
  return Math.max(1, route.units + select + expand + top);
}
