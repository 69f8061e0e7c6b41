import fc from 'fast-check';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { AccessRecord } from '../../../src/lib/model/access.ts';
import { newReconcileRequest } from '../../../src/lib/model/new-request.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import type { UserReading } from '../../../src/lib/model/reading.ts';
import { compareAccess, takesSomething } from '../../../src/lib/plan/compare-access.ts';
import { learn } from '../../../src/lib/plan/learn.ts';
import { unreadGroups } from '../../../src/lib/plan/unread-groups.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { planUser } from '../../../src/lib/reconcile/plan-user.ts';
import { reconcileUser } from '../../../src/lib/reconcile/reconcile-user.ts';
import { arbitraryFacts, arbitraryRules } from '../../builders/arbitrary-world.ts';
import { decided } from '../../builders/decided.ts';
import { memberOf } from '../../builders/facts.ts';
import { knowledge } from '../../builders/knowledge.ts';
import { found, missing } from '../../builders/reading.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at, lagMilliseconds } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

interface World {
  readonly older: ActiveRules;
  readonly inForce: ActiveRules;
  readonly record: AccessRecord;
  readonly reading: UserReading;
  readonly tombstoneSince?: string;
  readonly accountsHeld?: boolean;
}

/** A tenant in which somebody's record stands under older rules; `written` is what becomes of it. */
function world({ older, inForce, record, reading, tombstoneSince, accountsHeld = false }: World) {
  const none = unexpectedPorts();
  const [written, looks]: [Omit<AccessRecord, 'revision' | 'auditHead' | 'updatedDateTime'>[], number[]] = [[], []];
  const claim = async () => (accountsHeld ? ('held' as const) : ('passed' as const));
  const ports: Ports = {
    ...none,
    lagMilliseconds,
    clock: { now: () => new Date(at(70)) },
    access: {
      ...none.access,
      read: async () => ({ record, etag: '1', outbox: [], exceptions: [] }),
      apply: async (_stored, { desired }) => {
        written.push(desired);
        return { record: { ...record, ...desired }, outbox: { revision: 2, derived: [] } };
      },
      clearOutbox: async () => undefined,
    },
    derived: { ...none.derived, publish: async () => undefined },
    rules: {
      ...none.rules,
      active: async () => inForce,
      activeVersion: async () => inForce.version,
      version: async (number) => (number === older.version ? older : none.rules.version(number)),
    },
    directory: {
      ...none.directory,
      readUser: async () => reading,
      readGroups: async (ids) => new Map(ids.map((id) => [id, { evidence: 'unknown' as const }])),
    },
    tombstones: {
      ...none.tombstones,
      find: async () => (tombstoneSince === undefined ? undefined : { since: tombstoneSince }),
    },
    ledger: { ...none.ledger, claim, foresee: claim, settle: async () => undefined },
    reconcileQueue: { send: async (requests) => void looks.push(...requests.map(({ look = 0 }) => look)) },
    jobQueue: { send: async () => undefined },
  };
  return { ports, written, looks };
}

const older = rulesOf([rule('staff', alpha, ['admin'])]);
const moved = rulesOf([rule('staff', beta, ['admin'])], { version: 2 });
const direct = rulesOf([rule('staff', alpha, ['admin'], { membership: 'direct' })], {
  version: 2,
  directSince: at(50),
});
const less = rulesOf([rule('staff', alpha, ['user'])], { version: 2 });
const record = recordOf(memberOf([alpha]), older);

async function reconcile(given: Partial<World>, look?: number) {
  const { ports, written, looks } = world({ older, inForce: moved, record, reading: missing('absent'), ...given });
  const origin = { tenantId: ports.tenantId, now: new Date(at(60)), causeId: 'cause' };
  const request = newReconcileRequest(origin, userId, 'activate');
  const { outcome } = await reconcileUser(ports, look === undefined ? request : { ...request, look });
  const [last] = written;
  return {
    outcome,
    looks,
    ...(last && { state: last.state, holds: last.assignments.map(({ id }) => id), version: last.rulesVersion }),
  };
}

describe('somebody whom the directory does not tell of while new rules come into force (promise 1)', () => {
  it.each<[string, Partial<World>]>([
    ['a group in place of another', {}],
    ['direct members alone', { inForce: direct }],
    ['an id that passes for a group', { reading: missing('group') }],
    ['a tombstone that is younger than the lag', { tombstoneSince: at(58) }],
    [
      'a deletion that contradicts a younger fact',
      { reading: missing('deleted'), record: recordOf(memberOf([alpha], { since: at(58) }), older) },
    ],
  ])('loses nothing on account of what was not read, and is looked at again: %s', async (_case, given) => {
    expect(await reconcile(given)).toEqual({ outcome: 'unchanged', looks: [1] });
  });

  it('is not looked at for ever: the next full sync finds the record outdated', async () => {
    expect(await reconcile({}, 2)).toEqual({ outcome: 'unchanged', looks: [] });
  });

  it.each<[string, Partial<World>, object]>([
    ['the new rules, once read', { reading: found([beta]) }, { state: 'active', holds: ['admin'], version: 2 }],
    ['their end, once deleted', { reading: missing('deleted') }, { state: 'removed', holds: [], version: 2 }],
    ['their end, by a tombstone', { tombstoneSince: at(50) }, { state: 'removed', holds: [], version: 2 }],
    ['the new rules, gone and held', { reading: missing('deleted'), accountsHeld: true }, { holds: [], version: 2 }],
    ['what rules say that map nothing anew', { inForce: less }, { holds: ['user'], version: 2 }],
  ])('gets %s', async (_case, given, expected) => {
    expect(await reconcile(given)).toMatchObject({ outcome: 'changed', ...expected });
  });

  it('does not pass for read under a version that changed nothing for them', async () => {
    const more = rulesOf([rule('staff', alpha, ['admin']), rule('more', beta, ['admin'])], { version: 2 });
    // Only because something else is to be written: here a group that gave nothing and is mapped no more.
    const stale = { ...record, facts: memberOf([alpha, 'gone']) };
    expect(await reconcile({ inForce: more, record: stale })).toMatchObject({ holds: ['admin'], version: 1 });
  });
});

describe('any reading that lists no memberships', () => {
  const readings = fc
    .tuple(fc.constantFrom('deleted' as const, 'absent' as const, 'group' as const), fc.integer({ min: 0, max: 65 }))
    .map(([kind, minute]) => missing(kind, minute));
  const tombstones = fc.option(fc.integer({ min: 0, max: 60 }).map(at), { nil: undefined });

  /** The definitions and conflicts stay: what they take needs no reading. */
  const next = (before: ActiveRules, after: ActiveRules): ActiveRules => {
    const { rules, groups } = after.document;
    return { ...after, version: 2, document: { ...before.document, rules, groups } };
  };
  /** What these rules leave of a user: no facts that they don't map. */
  const recorded = (drawn: Facts, rules: ActiveRules): AccessRecord => {
    const { facts } = learn(drawn, missing('absent'), knowledge(rules));
    return { ...record, facts, ...decided(facts, rules), rulesVersion: rules.version };
  };

  it('takes nothing, unless the user is gone or recorded facts are all that the rules ask', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(arbitraryRules, arbitraryRules),
        arbitraryFacts,
        readings,
        tombstones,
        async ([before, after], facts, reading, tombstoneSince) => {
          const inForce = next(before, after);
          const start = { older: before, inForce, record: recorded(facts, before), reading };
          const { ports } = world({ ...start, ...(tombstoneSince === undefined ? {} : { tombstoneSince }) });
          const plan = (await planUser(ports, userId))?.plan;
          if (plan === undefined || !takesSomething(compareAccess(start.record, plan.desired))) return;
          const isGone = plan.desired.facts.account?.state === 'deleted';
          const isTold = unreadGroups(before, inForce).length === 0;
          expect(isGone || isTold).toBe(true);
          if (!isGone) expect(plan.desired).toMatchObject(decided(start.record.facts, inForce));
        },
      ),
      { numRuns: 500 },
    );
  });
});
