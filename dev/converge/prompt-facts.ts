import { recordedGroups, type StoredRecord } from '../oracle/stored-record.ts';
import type { Tables } from '../oracle/read-tables.ts';
import { mappings, readRules } from '../oracle/rules.ts';
import type { DirectoryView } from '../simulator/world/directory-view.ts';
import { groupIds, hidingGroups, nestingGroups } from './cast.ts';
import type { History } from './history.ts';

/**
 * The sharper half of promise 2: what has to be recorded within two delta cycles and a lease, before any full sync. Direct
 * members of mapped groups, who left a group that nothing was ever nested in, and the state of accounts; each discrepancy is a
 * sentence. What a hold keeps is left to the oracle.
 */
export function lateFacts(tables: Tables, directory: DirectoryView, document: unknown, history: History): string[] {
  const records = new Map(tables.records.map((record) => [record.userId, record]));
  const happenings = history.flatMap((round) => round.happenings);
  const isHidden = happenings.some(({ kind }) => kind === 'hide');
  const nesting = new Set(nestingGroups);
  for (const happening of happenings) {
    if (happening.kind === 'join' && groupIds.includes(happening.member)) nesting.add(happening.group);
  }
  const mapped = new Set(mappings(readRules(document), tables.pins).map(({ groupId }) => groupId));
  const late = [...records.values()].flatMap((record) => lateAccount(record, directory));
  for (const groupId of mapped) {
    // While a permission is missing nothing is learned of a group that hides its members; the full sync catches up with it.
    if (directory.group(groupId) === undefined || (isHidden && hidingGroups.includes(groupId))) continue;
    const members = new Set(directory.directMembers(groupId).filter((id) => directory.user(id) !== undefined));
    for (const userId of members) {
      const record = records.get(userId);
      if (record?.facts.account?.pendingSince !== undefined) continue;
      if (!record || !recordedGroups(record).member.has(groupId))
        late.push(`${userId} is directly in ${groupId}, and no sweep found it.`);
    }
    if (nesting.has(groupId)) continue;
    for (const record of records.values()) {
      const fact = record.facts.groups[groupId]?.member;
      const waits = fact?.pendingSince !== undefined || record.facts.account?.pendingSince !== undefined;
      if (fact?.in === true && !waits && !members.has(record.userId))
        late.push(`${record.userId} left ${groupId}, and no sweep found it.`);
    }
  }
  return late;
}

function lateAccount({ userId, facts: { account } }: StoredRecord, directory: DirectoryView): string[] {
  if (account === undefined || account.pendingSince !== undefined) return [];
  const user = directory.user(userId);
  const state = user === undefined ? 'deleted' : user.accountEnabled ? 'enabled' : 'disabled';
  return account.state === state ? [] : [`${userId} is ${state}, recorded as ${account.state}, and no sweep found it.`];
}
