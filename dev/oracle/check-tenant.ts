import type { Directory } from '../simulator/world/directory.ts';
import { checkAudit, checkDecisions } from './check-audit.ts';
import { checkDerived } from './check-derived.ts';
import { checkRecords } from './check-records.ts';
import { expectedAccess } from './expected-access.ts';
import type { Tables } from './read-tables.ts';
import { type Mapping, mappings, readRules } from './rules.ts';
import { heldFacts } from './stored-record.ts';

/** What the oracle needs of a simulated world. */
export interface OracleWorld {
  readonly clock: { now(): number };
  tenant(id: string): { readonly directory: Directory };
}

/**
 * Every discrepancy between a tenant's directory and what is stored about it, one sentence each; empty when they agree
 * (promises 2, 3 and 11). Holds for a directory that is quiet and reachable, once the app has had its time.
 *
 * @param document the rules in force, as plain JSON
 */
export function checkTenant(world: OracleWorld, tenantId: string, tables: Tables, document: unknown): string[] {
  const { directory } = world.tenant(tenantId);
  const rules = readRules(document);
  const mapped = mappings(rules, tables.pins);
  const direct = mapped.filter(({ rule }) => rule.membership === 'direct');
  const users = expectedAccess({
    directory,
    rules,
    pins: tables.pins,
    known: new Set(tables.records.map(({ userId }) => userId)),
    held: new Map(tables.records.map((record) => [record.userId, heldFacts(record)])),
    exceptions: tables.exceptions,
    now: world.clock.now(),
  });
  const name = (userId: string): string => {
    const user = directory.user(userId) ?? directory.deletedUser(userId);
    return user === undefined ? userId : `${user.displayName} (${userId})`;
  };
  return [
    ...checkRecords(tables, { directory, users, mapped: groupsOf(mapped), mappedDirect: groupsOf(direct) }, name),
    ...checkAudit(tables, name),
    ...checkDecisions(tables),
    ...checkDerived(tables),
    ...tables.outbox.map((row) => `The outbox row ${row} is not published.`),
    ...tables.work.filter((rowKey) => rowKey.startsWith('open|')).map((rowKey) => `The work row ${rowKey} is open.`),
    ...tables.unfinishedJobs.map((rowKey) => `The job ${rowKey} is not finished.`),
  ];
}

function groupsOf(mapped: readonly Mapping[]): ReadonlySet<string> {
  return new Set(mapped.map(({ groupId }) => groupId));
}
