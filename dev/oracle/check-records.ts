import type { DirectoryView } from '../simulator/world/directory-view.ts';
import type { ExpectedAssignment, ExpectedUser } from './expected-user.ts';
import { canonicalJson } from './canonical-hash.ts';
import type { Tables } from './read-tables.ts';
import { both, without } from './sets.ts';
import { heldFacts, ledgersOf, recordedGroups, type StoredAssignment, type StoredRecord } from './stored-record.ts';
import { tellConflict } from './take-away.ts';

/** What records are compared with. */
export interface Expectation {
  readonly directory: DirectoryView;
  readonly users: ReadonlyMap<string, ExpectedUser>;
  /** Groups that some rule maps, and those that some rule maps as direct. */
  readonly mapped: ReadonlySet<string>;
  readonly mappedDirect: ReadonlySet<string>;
}

/** Promise 2: each record is what the directory, the rules and the open holds lead to, and nobody is missing. */
export function checkRecords(tables: Tables, expectation: Expectation, name: (userId: string) => string): string[] {
  const recorded = new Set(tables.records.map(({ userId }) => userId));
  const missing = [...expectation.users.keys()].filter((userId) => !recorded.has(userId));
  return [
    ...missing.map((userId) => `${name(userId)} is in a mapped group, or has an exception, and has no record.`),
    ...tables.records.flatMap((record) => {
      const expected = expectation.users.get(record.userId);
      const faults = expected
        ? [...compareAccess(record, expected), ...compareFacts(record, expected, expectation)]
        : ['a record that nothing explains.'];
      return [...faults, ...compareIdentity(record, expectation.directory), ...checkHolds(record, tables)].map(
        (fault) => `Record of ${name(record.userId)}: ${fault}`,
      );
    }),
  ];
}

function compareAccess(record: StoredRecord, expected: ExpectedUser): string[] {
  const faults = record.state === expected.state ? [] : [`state is ${record.state} instead of ${expected.state}.`];
  const recorded = new Map(record.assignments.map((one) => [`${one.kind} ${one.id}`, canonicalJson(comparable(one))]));
  const wanted = new Map(expected.assignments.map((one) => [`${one.kind} ${one.id}`, canonicalJson(one)]));
  for (const key of new Set([...recorded.keys(), ...wanted.keys()])) {
    const [is, shouldBe] = [recorded.get(key), wanted.get(key)];
    if (is === undefined) faults.push(`${key} is missing: ${shouldBe ?? ''}.`);
    else if (shouldBe === undefined) faults.push(`${key} is too much: ${is}.`);
    else if (is !== shouldBe) faults.push(`${key} is ${is} instead of ${shouldBe}.`);
  }
  const found = record.conflicts.filter(({ action }) => action === 'report').map(tellConflict);
  return [...faults, ...compareSets('reported for', new Set(found), new Set(expected.conflicts))];
}

/** A recorded assignment in the words of the oracle. */
function comparable({ kind, id, scopes, exceptScopes, sources, pendingSince }: StoredAssignment): ExpectedAssignment {
  return {
    kind,
    id,
    scopes: scopes.toSorted(),
    exceptScopes: (exceptScopes ?? []).toSorted(),
    sources: sources.map(tellSource).sort(),
    pending: pendingSince !== undefined,
  };
}

function tellSource({ origin, ruleId, groupId, exceptionId }: StoredAssignment['sources'][number]): string {
  if (ruleId !== undefined) return `${ruleId}@${groupId ?? ''}`;
  return exceptionId === undefined ? origin : `${origin}:${exceptionId}`;
}

function compareFacts(record: StoredRecord, { facts }: ExpectedUser, { mapped, mappedDirect }: Expectation): string[] {
  const recorded = recordedGroups(record);
  const { account } = record.facts;
  return [
    ...(account?.state === facts.state ? [] : [`the account is ${account?.state ?? 'unknown'}, not ${facts.state}.`]),
    // Whether somebody who is gone was a guest matters to nobody.
    ...(facts.state === 'deleted' || account?.type === facts.type ? [] : [`the account is no ${facts.type}.`]),
    ...compareSets('a member of', recorded.member, both(facts.member, mapped)),
    ...compareSets('a direct member of', recorded.direct, both(facts.direct, mappedDirect)),
    ...compareSets('pending revocation in', heldFacts(record).member, facts.pendingMember),
  ];
}

function compareSets(what: string, is: ReadonlySet<string>, shouldBe: ReadonlySet<string>): string[] {
  return [
    ...[...without(shouldBe, is)].map((id) => `should be ${what} ${id}.`),
    ...[...without(is, shouldBe)].map((id) => `should not be ${what} ${id}.`),
  ];
}

function compareIdentity(record: StoredRecord, directory: DirectoryView): string[] {
  const user = directory.user(record.userId);
  if (user === undefined) return [];
  const faults: string[] = [];
  if (record.displayName !== user.displayName) faults.push(`the name is ${record.displayName ?? 'absent'}.`);
  if (record.userPrincipalName !== user.userPrincipalName)
    faults.push(`the UPN is ${record.userPrincipalName ?? 'absent'}.`);
  return faults;
}

/** Something is pending only while its ledger is held. */
function checkHolds(record: StoredRecord, { holds }: Tables): string[] {
  const open = new Set(holds.filter(({ held }) => held).map(({ ledger }) => ledger));
  const kept = ledgersOf(heldFacts(record));
  return [...without(kept, open)].map((ledger) => `is pending revocation in ${ledger}, which is not held.`);
}
