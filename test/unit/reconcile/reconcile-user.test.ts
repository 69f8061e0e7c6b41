import { ConflictError, UnavailableError } from '../../../src/lib/errors.ts';
import { newReconcileRequest } from '../../../src/lib/model/new-request.ts';
import type { Lane, ReconcileRequest } from '../../../src/lib/model/request.ts';
import type { StoredAccess } from '../../../src/lib/model/stored-access.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { reconcileUser } from '../../../src/lib/reconcile/reconcile-user.ts';
import { memberOf } from '../../builders/facts.ts';
import { found } from '../../builders/reading.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { alpha, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

const rules = rulesOf([rule('a', alpha, ['admin'])]);

/** A tenant in which one user joins one group; `activeLater` is the version in force once the change is published. */
function world(activeLater: number, stored: StoredAccess = { outbox: [], exceptions: [] }) {
  const sent: { readonly reason: string; readonly lane: Lane; readonly delaySeconds: number | undefined }[] = [];
  const none = unexpectedPorts();
  const ports: Ports = {
    ...none,
    clock: { now: () => new Date(at(60)) },
    access: {
      ...none.access,
      read: async () => stored,
      apply: async () => ({ record: recordOf(memberOf([alpha]), rules), outbox: { revision: 1, derived: [] } }),
      clearOutbox: async () => undefined,
    },
    derived: { ...none.derived, publish: async () => undefined },
    rules: { ...none.rules, active: async () => rules, activeVersion: async () => activeLater },
    directory: { ...none.directory, readUser: async () => found([alpha]) },
    reconcileQueue: {
      send: async (requests: readonly ReconcileRequest[], lane: Lane, delaySeconds?: number) => {
        sent.push(...requests.map(({ reason }) => ({ reason, lane, delaySeconds })));
      },
    },
  };
  return { ports, sent };
}

const look = { reason: 'look', lane: 'bulk', delaySeconds: 3 };

describe('reconcileUser', () => {
  it.each([
    ['at once, when the rules moved while the user was reconciled', 2, [look, { reason: 'rules', lane: 'bulk' }]],
    ['only for the look that follows a change, when they did not', 1, [look]],
  ])('sends the user again %s', async (_case, activeLater, expected) => {
    const { ports, sent } = world(activeLater);
    const origin = { tenantId: ports.tenantId, now: new Date(at(60)), causeId: 'cause' };
    const { outcome } = await reconcileUser(ports, newReconcileRequest(origin, userId, 'notification'), 'bulk');
    expect([outcome, sent]).toEqual(['changed', expected]);
  });

  it('looks again at whom an earlier try may have written and left, though nothing changes now', async () => {
    const record = recordOf(memberOf([alpha]), rules);
    const { ports, sent } = world(1, { record, etag: '1', outbox: [], exceptions: [] });
    const origin = { tenantId: ports.tenantId, now: new Date(at(60)), causeId: 'cause' };
    const request = newReconcileRequest(origin, userId, 'notification');
    expect(await reconcileUser(ports, request, 'bulk')).toMatchObject({ outcome: 'unchanged', looksAgain: false });
    expect(sent).toEqual([]);
    expect(await reconcileUser(ports, request, 'bulk', true)).toMatchObject({ outcome: 'unchanged', looksAgain: true });
    expect(sent).toEqual([look]);
  });

  it('sends no look for a try that fails, so that retries do not multiply', async () => {
    const { ports, sent } = world(1);
    const failing = {
      ...ports,
      access: { ...ports.access, apply: async () => Promise.reject(new UnavailableError('503')) },
    };
    const origin = { tenantId: ports.tenantId, now: new Date(at(60)), causeId: 'cause' };
    const request = newReconcileRequest(origin, userId, 'notification');
    await expect(reconcileUser(failing, request, 'bulk', true)).rejects.toThrow(UnavailableError);
    expect(sent).toEqual([]);
  });

  it('lets nobody with older rules write over a record that newer ones decided', async () => {
    const record = { ...recordOf(memberOf([alpha]), rules), rulesVersion: 2 };
    const { ports } = world(2, { record, etag: '1', outbox: [], exceptions: [] });
    const origin = { tenantId: ports.tenantId, now: new Date(at(60)), causeId: 'cause' };
    const reconciled = reconcileUser(ports, newReconcileRequest(origin, userId, 'notification'));
    await expect(reconciled).rejects.toThrow(ConflictError);
  });
});
