import type { AccessRecord } from '../model/access.ts';
import { accountsPartition, entitlementPartition, groupPartition, upnPartition } from '../model/keys.ts';
import type { DerivedPut, DesiredRecord } from '../model/plan.ts';

type Derivable = Omit<DesiredRecord, 'rulesVersion'> | AccessRecord;

/**
 * Every derived row of a record, keyed by `partition\nrowKey`: who has an entitlement in effect, recorded facts by group, the
 * account, the UPN. Nobody suspended or removed is in an entitlement's partition.
 */
export function derivedRows(record: Derivable): ReadonlyMap<string, DerivedPut> {
  const rows: DerivedPut[] = [];
  if (record.state === 'active') {
    for (const { pendingSince, ...assignment } of record.assignments) {
      const values = {
        scopes: JSON.stringify(assignment.scopes),
        exceptScopes: JSON.stringify(assignment.exceptScopes ?? []),
        sources: JSON.stringify(assignment.sources),
        ...(pendingSince === undefined ? {} : { pendingSince }),
      };
      rows.push({ partition: entitlementPartition(assignment.kind, assignment.id), rowKey: record.userId, values });
    }
  }
  for (const [groupId, fact] of Object.entries(record.facts.groups)) {
    // Being out of a group is the absence of a fact; an out that is remembered for the lag's sake is nobody's business.
    if (!fact.member.in) continue;
    rows.push({ partition: groupPartition(groupId), rowKey: record.userId, values: { fact: JSON.stringify(fact) } });
  }
  if (record.facts.account) {
    const values = { fact: JSON.stringify(record.facts.account), ...record.identity };
    rows.push({ partition: accountsPartition, rowKey: record.userId, values });
  }
  const upn = record.identity.userPrincipalName;
  if (upn !== undefined && record.state !== 'removed') {
    rows.push({
      partition: upnPartition,
      rowKey: upn.toLowerCase(),
      owner: record.userId,
      values: { userId: record.userId },
    });
  }
  return new Map(rows.map((row) => [`${row.partition}\n${row.rowKey}`, row]));
}

/** The rows to write so that those of `before` become those of `after`; what is gone becomes a tombstone. */
export function derivedChanges(before: Derivable | undefined, after: Derivable): readonly DerivedPut[] {
  const old = before ? derivedRows(before) : new Map<string, DerivedPut>();
  const fresh = derivedRows(after);
  const gone = [...old].filter(([key]) => !fresh.has(key)).map(([, { values, ...tombstone }]) => tombstone);
  const changed = [...fresh].filter(([key, row]) => !sameValues(old.get(key), row)).map(([, row]) => row);
  return [...gone, ...changed];
}

function sameValues(a: DerivedPut | undefined, b: DerivedPut): boolean {
  return a !== undefined && JSON.stringify(a.values) === JSON.stringify(b.values);
}
