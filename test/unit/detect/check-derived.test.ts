import { checkDerived } from '../../../src/lib/detect/check-derived.ts';
import { decidePass } from '../../../src/lib/detect/decide-pass.ts';
import type { DerivedPut } from '../../../src/lib/model/plan.ts';
import type { DerivedRow } from '../../../src/lib/model/recorded.ts';
import type { RecordedAccess, StoredAccess } from '../../../src/lib/model/stored-access.ts';
import { derivedRows } from '../../../src/lib/plan/derived-rows.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

const rules = rulesOf([rule('staff', alpha, ['user'])]);
const record = { ...recordOf(memberOf([alpha]), rules), revision: 5 };
const nobody = 'ffffffff-0000-4000-8000-00000000000f';
const cause = { reason: 'fullSync' as const, causeId: 'c' };
const right: readonly DerivedRow[] = [...derivedRows(record).values()].map((put) => ({
  ...put,
  revision: 5,
  writtenDateTime: at(60),
}));

/** Tables with this in them; what a check does is written down. */
function tables(found: {
  readonly rows?: readonly DerivedRow[];
  readonly recorded?: readonly RecordedAccess[];
  readonly stored?: StoredAccess;
}) {
  const { rows = right, recorded = [{ record, exceptions: [] }] } = found;
  const none = unexpectedPorts();
  const done: string[] = [];
  const name = ({ partition, rowKey, values }: DerivedPut): string =>
    `${partition} of ${rowKey === nobody ? 'nobody' : 'ada'}${values === undefined ? ' ends' : ''}`;
  const ports: Ports = {
    ...none,
    clock: { now: () => new Date(at(10_000)) },
    access: {
      ...none.access,
      unpublished: async function* () {},
      records: async function* () {
        yield* recorded;
      },
      read: async () => found.stored ?? { outbox: [], exceptions: [] },
    },
    derived: {
      ...none.derived,
      partitions: async function* () {
        yield* new Set(rows.map(({ partition }) => partition));
      },
      rows: async function* (partition) {
        yield* rows.filter((row) => row.partition === partition);
      },
      purge: async (row) => void done.push(`purge ${name(row)}`),
      repair: async (row) => void done.push(`repair ${name(row)} at ${row.revision}`),
    },
    reconcileQueue: {
      send: async (requests) => {
        for (const { reason } of requests) done.push(`look: ${reason}`);
      },
    },
  };
  return { ports, done };
}

const role = (special: Partial<DerivedRow>): readonly DerivedRow[] =>
  right.map((row) => (row.partition === 'role|user' ? { ...row, ...special } : row));
const ofNobody = (special: Partial<DerivedRow> = {}): readonly DerivedRow[] => [
  ...right,
  { partition: 'role|user', rowKey: nobody, revision: 2, values: { scopes: '[]' }, writtenDateTime: at(0), ...special },
];
const altered = { row: 'deleted', exceptions: [] } as const;

describe('the check of derived rows', () => {
  it.each<[string, Parameters<typeof tables>[0], readonly string[]]>([
    ['rows that are right', {}, []],
    ['a row with other values', { rows: role({ values: { scopes: '["x"]' } }) }, ['repair role|user of ada at 5']],
    [
      'a name that leads to somebody else',
      { rows: right.map((row) => (row.partition === 'upn' ? { ...row, values: { userId: nobody } } : row)) },
      ['repair upn of ada at 5'],
    ],
    ['a record that somebody edited', { recorded: [{ record, exceptions: [], altered: true }], rows: [] }, []],
    ['a row that nobody’s record ever gave', { rows: ofNobody() }, ['purge role|user of nobody']],
    ['a row that can not be read', { rows: ofNobody({ revision: 0 }) }, ['purge role|user of nobody']],
    [
      'a tombstone of nobody',
      { rows: [...right, { partition: 'role|user', rowKey: nobody, revision: 1, writtenDateTime: at(9_990) }] },
      [],
    ],
    [
      'a record that somebody deleted',
      { rows: ofNobody(), stored: { record, outbox: [], exceptions: [], altered } },
      ['look: repair'],
    ],
    ['a record written since', { rows: ofNobody(), stored: { record, outbox: [], exceptions: [] } }, []],
    [
      'a row of a later revision than its record',
      { rows: role({ revision: 9 }), stored: { record, outbox: [], exceptions: [] } },
      ['purge role|user of ada', 'repair role|user of ada at 5'],
    ],
    [
      'a row that a later revision wrote',
      { rows: role({ revision: 9 }), stored: { record: { ...record, revision: 9 }, outbox: [], exceptions: [] } },
      [],
    ],
  ])('does what is due for %s', async (_case, found, expected) => {
    const { ports, done } = tables(found);
    await checkDerived(ports, undefined, cause, async () => true);
    expect(done).toEqual(expected);
  });
});

describe('the decide pass', () => {
  it('enqueues whose record somebody edited, whatever it says (R22)', async () => {
    const { ports, done } = tables({ recorded: [{ record, exceptions: [], altered: true }] });
    expect(await decidePass(ports, rules, undefined, cause, async () => true)).toEqual({ users: 1, finished: true });
    expect(done).toEqual(['look: repair']);
  });

  it('enqueues who gets the same as before, and has a fact of a group that is mapped no more', async () => {
    const both = [rule('a', alpha, ['user']), rule('b', beta, ['user'])];
    const guest = recordOf(memberOf([alpha, beta], { type: 'guest' }), rulesOf(both));
    const { ports, done } = tables({ recorded: [{ record: guest, exceptions: [] }] });
    await decidePass(ports, rulesOf(both.slice(0, 1)), undefined, cause, async () => true);
    expect(done).toEqual(['look: fullSync']);
  });

  it('enqueues whose account was never read', async () => {
    const unread = { ...record, facts: { groups: {} }, assignments: [] };
    const { ports, done } = tables({ recorded: [{ record: unread, exceptions: [] }] });
    await decidePass(ports, rules, undefined, cause, async () => true);
    expect(done).toEqual(['look: fullSync']);
  });

  it('enqueues nobody whose record is right', async () => {
    const { ports, done } = tables({});
    await decidePass(ports, rules, undefined, cause, async () => true);
    expect(done).toEqual([]);
    expect(record.userId).toBe(userId);
  });
});
