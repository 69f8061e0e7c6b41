import { z } from 'zod';
import { canonicalJson } from './canonical-hash.ts';
import type { StoredDerivedRow, Tables } from './read-tables.ts';
import { without } from './sets.ts';
import type { StoredRecord } from './stored-record.ts';

/** Derived rows say exactly what the records say: effective assignments, group facts, accounts, UPNs, the change feed. */
export function checkDerived(tables: Tables): string[] {
  const wanted = new Map(tables.records.flatMap(rowsOf));
  const present = new Map(
    tables.derived.filter(({ assigned }) => assigned).map((row) => [keyOf(row), canonicalJson(readable(row.values))]),
  );
  const faults: string[] = [];
  for (const key of new Set([...wanted.keys(), ...present.keys()])) {
    const [is, shouldBe] = [present.get(key), wanted.get(key)];
    if (is === undefined) faults.push(`Derived row ${key} is missing.`);
    else if (shouldBe === undefined) faults.push(`Derived row ${key} is too much.`);
    else if (is !== shouldBe) faults.push(`Derived row ${key} is ${is} instead of ${shouldBe}.`);
  }
  return [...faults, ...checkFeed(tables)];
}

function keyOf({ partition, rowKey }: Pick<StoredDerivedRow, 'partition' | 'rowKey'>): string {
  return `${partition} / ${rowKey}`;
}

function rowsOf(record: StoredRecord): readonly (readonly [key: string, values: string])[] {
  const { userId, state, facts, displayName, userPrincipalName, mail } = record;
  const row = (
    partition: string,
    values: Readonly<Record<string, unknown>>,
    rowKey = userId,
  ): readonly [string, string] => [keyOf({ partition, rowKey }), canonicalJson(values)];
  const effective = state === 'active' ? record.assignments : [];
  const groups = Object.entries(facts.groups).filter(([, fact]) => fact.member.in);
  return [
    ...effective.map(({ kind, id, scopes, exceptScopes = [], sources, pendingSince }) =>
      row(`${kind}|${id}`, { scopes, exceptScopes, sources, pendingSince }),
    ),
    ...groups.map(([groupId, fact]) => row(`group|${groupId}`, { fact })),
    ...(facts.account ? [row('accounts', { fact: facts.account, displayName, userPrincipalName, mail })] : []),
    ...(userPrincipalName !== undefined && state !== 'removed'
      ? [row('upn', { userId }, userPrincipalName.toLowerCase())]
      : []),
  ];
}

const jsonColumns = new Set(['scopes', 'exceptScopes', 'sources', 'fact']);

/** Columns that hold JSON are compared as what they mean. */
function readable(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, jsonColumns.has(name) ? JSON.parse(String(value)) : value]),
  );
}

/** Each change of what is in effect is in the feed, at least once, and nothing else is. */
function checkFeed({ auditEntries, feed }: Tables): string[] {
  const told = new Set(feed.map(({ userId, revision }) => `${userId}, revision ${revision}`));
  const toTell = new Set(
    auditEntries
      .filter(({ changes, modifiedProperties }) => {
        const state = modifiedProperties.find(({ displayName }) => displayName === 'state');
        const moved = changes.some(({ before, after }) => placesOf(before) !== placesOf(after));
        return moved || (state !== undefined && state.oldValue !== null);
      })
      .map(({ userId, revision }) => `${userId}, revision ${revision}`),
  );
  return [
    ...[...without(toTell, told)].map((change) => `The change feed does not tell of ${change}.`),
    ...[...without(told, toTell)].map(
      (change) => `The change feed tells of ${change}, which changed nothing in effect.`,
    ),
  ];
}

const scopedSchema = z.looseObject({ scopes: z.array(z.string()), exceptScopes: z.array(z.string()).default([]) });

/** Where something is in effect; what is not there is nowhere. */
function placesOf(assignment: unknown): string {
  const scoped = scopedSchema.safeParse(assignment).data;
  return scoped === undefined ? 'nowhere' : canonicalJson([scoped.scopes.toSorted(), scoped.exceptScopes.toSorted()]);
}
