import fc from 'fast-check';
import type { AccessRecord } from '../../../src/lib/model/access.ts';
import type { AccessException } from '../../../src/lib/model/exception.ts';
import type { Facts, GroupFact } from '../../../src/lib/model/facts.ts';
import { planFor } from '../../../src/lib/plan/changes.ts';
import { exceptionProperty } from '../../../src/lib/plan/outside-edit.ts';
import { auditRows } from '../../../src/lib/record/access-rows.ts';
import { nextLink } from '../../../src/lib/record/audit-chain.ts';
import { auditedAccess } from '../../../src/lib/record/audited-access.ts';
import { unpackRows } from '../../../src/lib/record/entity-codec.ts';
import type { StoredRow } from '../../../src/lib/record/rows.ts';
import { from, role } from '../../builders/access.ts';
import { exception } from '../../builders/exception.ts';
import { account } from '../../builders/facts.ts';
import { alpha, beta, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const user = { tenantId: 'c0ffee00-0000-4000-8000-000000000001', userId: 'ada0ada0-0000-4000-8000-000000000002' };
const rules = rulesOf([]);
const cause = { initiatedBy: 'Rolecall', reason: 'notification', causeId: 'c' };

/** One revision: facts, what is held, the name, and an exception that is put. */
interface Step {
  readonly facts: Facts;
  readonly roles: readonly string[];
  readonly state: AccessRecord['state'];
  readonly name: string | undefined;
  readonly put: AccessException | undefined;
}

/** Audit rows of a history, newest first, and what it led to. */
function play(steps: readonly Step[]): { rows: StoredRow[]; record: AccessRecord; exceptions: AccessException[] } {
  let record: AccessRecord | undefined;
  const exceptions = new Map<string, AccessException>();
  const rows: StoredRow[] = [];
  for (const [index, { facts, roles, state, name, put }] of steps.entries()) {
    const identity = name === undefined ? {} : { displayName: name };
    const assignments = roles.map((id) => role(id, [from('r', alpha)], ['entity:one']));
    const losers = roles
      .slice(1)
      .map((id) => ({ kind: 'role' as const, id, scopes: [], sources: [], reason: 'denied' as const, by: 'x' }));
    const access = { state, assignments, losers, conflicts: [] };
    const difference = { ...user, recorded: record, identity, facts, access, rules, exceptions: [] };
    const also = put ? [exceptionProperty(put.id, exceptions.get(put.id), put)] : [];
    if (put) exceptions.set(put.id, put);
    const link = nextLink(record, planFor(difference, also), cause, at(index + 1));
    record = link.record;
    const [row] = auditRows(link.entry);
    if (row) rows.unshift({ ...row, etag: '', columns: unpackRows([row]) });
  }
  if (!record) throw new Error('A history has at least one step.');
  return { rows, record, exceptions: [...exceptions.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

async function* listed(rows: readonly StoredRow[]): AsyncGenerator<StoredRow> {
  yield* rows;
}

const time = fc.integer({ min: 0, max: 100 }).map(at);
const pending = fc
  .option(time, { nil: undefined })
  .map((since) => (since === undefined ? {} : { pendingSince: since }));
const inSpell = fc.tuple(time, pending).map(([since, waits]) => ({ in: true, since, ...waits }));
const groupFact: fc.Arbitrary<GroupFact> = fc
  .tuple(inSpell, fc.option(inSpell, { nil: undefined }))
  .map(([member, direct]) => ({ member, ...(direct && { direct }) }));
const accountFact = fc
  .tuple(fc.constantFrom('enabled' as const, 'disabled' as const, 'deleted' as const), pending)
  .map(([state, waits]) => account({ state, ...waits }));
const step: fc.Arbitrary<Step> = fc.record({
  facts: fc
    .tuple(accountFact, fc.dictionary(fc.constantFrom(alpha, beta), groupFact))
    .map(([known, groups]) => ({ account: known, groups })),
  roles: fc.uniqueArray(fc.constantFrom('admin', 'manager', 'user')),
  state: fc.constantFrom('active' as const, 'suspended' as const, 'removed' as const),
  name: fc.option(fc.string(), { nil: undefined }),
  put: fc.option(
    fc.constantFrom('a', 'b').chain((id) => fc.string().map((reason) => exception(id, 'grant', 'admin', { reason }))),
    { nil: undefined },
  ),
});

/** Without the times of the account, of which the entries say only when they were written. */
function comparable({ facts, assignments, ...rest }: AccessRecord): unknown {
  const { since, typeSince, ...known } = facts.account ?? account();
  const sorted = [...assignments].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...rest, facts: { account: known, groups: facts.groups }, assignments: sorted };
}

describe('the access that audit entries say', () => {
  it('is what was written, whatever happened (R22)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const { rows, record, exceptions } = play(steps);
        const audited = await auditedAccess(user, listed(rows));
        expect(audited.record && comparable(audited.record)).toEqual(comparable(record));
        expect(audited.exceptions).toEqual(exceptions);
      }),
    );
  });

  it('is nothing without entries', async () => {
    expect(await auditedAccess(user, listed([]))).toEqual({ record: undefined, exceptions: [] });
  });

  const edits: [string, Record<string, unknown>][] = [
    ['JSON that is none', { modifiedProperties: '[' }],
    ['a value that is none', { modifiedProperties: '[{"displayName":"losers","newValue":"["}]' }],
    ['another state', { modifiedProperties: '[{"displayName":"state","newValue":"mighty"}]' }],
    ['no hash', { hash: undefined, rulesVersion: 'x', activityDateTime: 7 }],
  ];
  it.each(edits)('goes on in the history after an entry that somebody edited: %s', async (_name, columns) => {
    const steps: Step[] = [at(0), at(1)].map((name) => ({
      facts: { account: account(), groups: {} },
      roles: [],
      state: 'active',
      name,
      put: undefined,
    }));
    const { rows } = play(steps);
    const edited = rows.map((row, index) => (index === 0 ? { ...row, columns: { ...row.columns, ...columns } } : row));
    expect((await auditedAccess(user, listed(edited))).record).toMatchObject({ ...user, revision: 2, state: 'active' });
  });
});
