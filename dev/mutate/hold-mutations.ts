import { mutation, mutationOf, type Mutation } from './mutation.ts';

/** Faults that let a mass removal through, or keep what nobody holds back. */
export const holdMutations: readonly Mutation[] = [
  mutation(
    'holds',
    'a claim is not counted',
    'src/lib/plan/hold-line.ts',
    [`hold: countPassed({ ...hold, lastNumber: number }, policy, now),`, `hold: { ...hold, lastNumber: number },`],
    ['test/unit/plan/hold-line.test.ts', ['test/scenarios/holds.test.ts', 'every way of losing']],
  ),
  mutation(
    'holds',
    'a hold is not latched',
    'src/lib/plan/hold-line.ts',
    [`const refused = hold.held || deleted ||`, `const refused = deleted ||`],
    ['test/unit/plan/hold-line.test.ts', ['test/scenarios/holds.test.ts', 'every way of losing']],
  ),
  mutation(
    'holds',
    'an approval lets everything pass',
    'src/lib/plan/hold-line.ts',
    [` && row.number <= through`, ''],
    ['test/unit/plan/hold-line.test.ts', ['test/scenarios/holds.test.ts', 'exactly as far']],
  ),
  mutation(
    'holds',
    'a refused claim is applied all the same',
    'src/lib/reconcile/learn-from.ts',
    [`    if (refused) held.add(loss.ledger);\n`, `    if (refused && held.has(loss.ledger)) held.add(loss.ledger);\n`],
    ['test/unit/reconcile/learn-from.test.ts', ['test/scenarios/holds.test.ts', 'every way of losing']],
  ),
  mutation(
    'holds',
    'a whole difference is not raised before anybody is enqueued',
    'src/lib/detect/compare-group.ts',
    [`  await ports.ledger.raise(group.groupId, losses, 'lossThreshold', document.holds);\n`, ''],
    ['test/unit/detect/compare-group.test.ts', ['test/scenarios/holds.test.ts', 'every way of losing']],
  ),
  mutation(
    'holds',
    'a deleted group is not held',
    'src/lib/plan/hold-line.ts',
    [
      `const deleted = claim.groupDeleted && policy.groupDeleted === 'hold';`,
      `const deleted = claim.groupDeleted && policy.groupDeleted !== 'hold';`,
    ],
    ['test/unit/plan/hold-line.test.ts', ['test/scenarios/holds.test.ts', 'deleted group']],
  ),
  mutationOf(
    'holds',
    'a ledger is written without its ETag',
    [
      {
        file: 'src/lib/record/holds-table.ts',
        find: `['update', row, 'Replace', { etag: before.etag }]`,
        replace: `['update', row, 'Replace', { etag: '*' }]`,
      },
    ],
    ['test/record/holds-table.test.ts'],
  ),
  mutationOf(
    'holds',
    'time ends a hold',
    [
      {
        file: 'src/lib/plan/hold-line.ts',
        find: `if (row.pending) return 'held';`,
        replace: `if (row.pending && isInWindow(row.claimedDateTime, policy, now)) return 'held';`,
      },
      {
        file: 'src/lib/plan/hold-line.ts',
        find: `const refused = hold.held ||`,
        replace: `const refused = (hold.held && isInWindow(hold.heldSince ?? '', policy, now)) ||`,
      },
    ],
    ['test/unit/plan/hold-line.test.ts'],
  ),
  mutation(
    'holds',
    'accounts are not claimed',
    'src/lib/plan/learn-account.ts',
    ['losses: [{ ledger: accountsLedger, since, groupDeleted: false }]', 'losses: []'],
    ['test/unit/plan/learn-account.test.ts'],
  ),
  mutation(
    'holds',
    'a whole difference of accounts is not raised',
    'src/lib/detect/compare-accounts.ts',
    ["  await ports.ledger.raise(accountsLedger, losses, 'lossThreshold', document.holds);\n", ''],
    ['test/unit/detect/compare-accounts.test.ts'],
  ),
  mutation(
    'holds',
    'who has nothing to lose counts among those who could',
    'src/lib/plan/holds-access.ts',
    ["return state === 'enabled' || (state", "return state !== 'deleted' || (state"],
    ['test/unit/detect/compare-accounts.test.ts', 'test/unit/operate/approve-hold.test.ts'],
  ),
  mutation(
    'holds',
    'a ledger that can not be read lets losses pass',
    'src/lib/reconcile/learn-from.ts',
    ["(await verdict) === 'held'", "(await verdict.catch(() => 'passed')) === 'held'"],
    ['test/unit/reconcile/learn-from.test.ts'],
  ),
  mutation(
    'holds',
    'who comes back waits for ever',
    'src/lib/reconcile/learn-from.ts',
    [
      "if (mode === 'claim') for (const ledger of learned.settled) await ports.ledger.settle(ledger, sight.userId);",
      '',
    ],
    ['test/unit/reconcile/learn-from.test.ts'],
  ),
  mutation(
    'holds',
    'an end starts no new epoch',
    'src/lib/plan/hold-line.ts',
    ['epoch: hold.epoch + 1, held', 'epoch: hold.epoch, held'],
    ['test/unit/plan/hold-line.test.ts'],
  ),
  mutation(
    'holds',
    'a repair forgets what passed',
    'src/lib/plan/hold-line.ts',
    ['epoch: hold.epoch + 1, held', 'epoch: hold.epoch + 1, passed: {}, held'],
    ['test/unit/plan/hold-line.test.ts', 'test/unit/plan/hold-line-history.test.ts'],
  ),
  mutation(
    'holds',
    'who left before the members were counted leaves nobody behind once more',
    'src/lib/plan/hold-line.ts',
    ['leaveNobody(hold.lostSinceBase + losses, base)', 'leaveNobody(inWindow, base)'],
    ['test/unit/plan/hold-line.test.ts', 'test/unit/plan/hold-line-history.test.ts'],
  ),
  mutation(
    'holds',
    'a listing forgets losses that it may not show',
    'src/lib/plan/hold-line.ts',
    ['const unseen = showsAll ? 0 :', 'const unseen = showsAll || base > 0 ? 0 :'],
    ['test/unit/plan/hold-line.test.ts', 'test/unit/plan/hold-line-history.test.ts'],
  ),
  mutation(
    'holds',
    'an approval leaves the base as it was',
    'src/lib/plan/hold-line.ts',
    [
      'return { ...endHold(hold), passed: {}, lostSinceBase: 0, approvals, base };',
      'return { ...endHold(hold), passed: {}, lostSinceBase: 0, approvals, base: hold.base ?? base };',
    ],
    ['test/unit/plan/hold-line.test.ts'],
  ),
  mutation(
    'holds',
    'an approval is good for ever',
    'src/lib/plan/hold-line.ts',
    ['now.getTime() <= Date.parse(until)', 'now.getTime() > 0 && until.length > 0'],
    ['test/unit/plan/hold-line.test.ts'],
  ),
  mutation(
    'holds',
    'approving a list that has ended opens a newer hold',
    'src/lib/operate/approve-hold.ts',
    ['first !== undefined && approved.size === 0', 'first !== undefined && approved.size < 0'],
    ['test/unit/operate/approve-hold.test.ts'],
  ),
  mutation(
    'holds',
    'an approval is not audited',
    'src/lib/operate/approve-hold.ts',
    [
      "  await ports.tenantAudit.append({ initiatedBy: approver, action: 'approveHold', causeId: operationId, details });\n",
      '',
    ],
    ['test/unit/operate/approve-hold.test.ts'],
  ),
];
