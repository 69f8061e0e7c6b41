import { heldFacts, type StoredRecord } from '../oracle/stored-record.ts';
import type { StoredUser } from '../oracle/read-user.ts';
import { idOf, idsOf, type Cast } from './cast.ts';
import type { Expectation } from './steps.ts';

/** Why an expectation is not met yet, in a few words; undefined when it is. */
export function unmet(
  expectation: Expectation,
  users: ReadonlyMap<string, StoredUser>,
  cast: Cast,
): string | undefined {
  const ids = idsOf(cast, expectation.who);
  const wanted = expectation.count ?? ids.length;
  const faults = ids.map((id) => fault(expectation, users.get(id)?.record, cast));
  const met = faults.filter((one) => one === undefined).length;
  if (met === wanted && wanted > 0) return undefined;
  const [first = 'more than expected'] = faults.filter((one) => one !== undefined);
  return ids.length === 1 ? `${expectation.who}: ${first}` : `${expectation.who}: ${met} of ${wanted} (${first})`;
}

function fault(expectation: Expectation, record: StoredRecord | undefined, cast: Cast): string | undefined {
  if (record === undefined) return 'no record';
  const { state, has = [], lacks = [], held = [], free = [] } = expectation;
  if (state !== undefined && record.state !== state) return `state is ${record.state}`;
  const holds = new Set(record.state === 'active' ? record.assignments.map(({ kind, id }) => `${kind} ${id}`) : []);
  const waits = heldFacts(record).member;
  const missing = has.find((entitlement) => !holds.has(entitlement));
  if (missing !== undefined) return `lacks ${missing}`;
  const extra = lacks.find((entitlement) => holds.has(entitlement));
  if (extra !== undefined) return `still has ${extra}`;
  const passed = held.find((group) => !waits.has(idOf(cast.groups, group)));
  if (passed !== undefined) return `is not held in ${passed}`;
  const stuck = free.find((group) => waits.has(idOf(cast.groups, group)));
  return stuck === undefined ? undefined : `is held in ${stuck}`;
}
