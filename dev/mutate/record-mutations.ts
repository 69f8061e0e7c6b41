import { mutation, mutationOf, type Mutation } from './mutation.ts';

const oneChange = 'test/scenarios/one-change.test.ts';
const steady = 'test/scenarios/steady.test.ts';
const openWork = 'test/scenarios/open-work.test.ts';
const borders = 'test/scenarios/borders.test.ts';
const derivedTable = 'src/lib/record/derived-table.ts';

/** Faults in what is written, when, where and by whom. */
export const recordMutations: readonly Mutation[] = [
  mutationOf(
    3,
    'a record is written without its ETag',
    [
      {
        file: 'src/lib/record/access-transaction.ts',
        find: `['update', first, 'Replace', { etag }]`,
        replace: `['update', first, 'Replace', { etag: '*' }]`,
      },
      {
        file: 'src/lib/record/access-transaction.ts',
        find: `[...built.audit, ...built.outboxed].map(create)`,
        replace: `[...built.audit, ...built.outboxed].map((row): TransactionAction => ['upsert', row, 'Replace'])`,
      },
    ],
    ['test/record/access-table.test.ts', [oneChange, 'two workers']],
  ),
  mutation(
    3,
    'the audit entry is outside the transaction',
    'src/lib/record/access-table.ts',
    [
      `      if (!(await commit(table, transaction.actions))) return undefined;\n`,
      `      const isAudit = ([, row]: TransactionAction): boolean => row.rowKey.startsWith(auditPrefix);
      if (!(await commit(table, transaction.actions.filter((action) => !isAudit(action))))) return undefined;
      await commit(table, transaction.actions.filter(isAudit));\n`,
    ],
    ['test/record/access-table.test.ts', [oneChange, 'whichever write of a move']],
  ),
  mutation(
    3,
    'the outbox is cleared first',
    'src/lib/reconcile/publish-outbox.ts',
    [
      `    await ports.derived.publish(entry);\n    await ports.access.clearOutbox(userId, entry.revision);\n`,
      `    await ports.access.clearOutbox(userId, entry.revision);\n    await ports.derived.publish(entry);\n`,
    ],
    [[oneChange, 'whichever write of a move']],
  ),
  mutation(
    2,
    'derived rows are written without comparing revisions',
    derivedTable,
    [
      `const outdated = there > revision || (there === revision && over === 'lower');`,
      `const outdated = there > revision && over !== 'lower';`,
    ],
    ['test/record/derived-table.test.ts', ['test/scenarios/publish.test.ts', 'late']],
  ),
  mutation(
    2,
    'a tombstone is a delete',
    derivedTable,
    [
      `      if (leave) return stored.etag;\n`,
      `      if (leave) return stored.etag;\n      if (put.values === undefined) return (await deleteRow(table, row)) ? '*' : undefined;\n`,
    ],
    ['test/record/derived-table.test.ts', ['test/scenarios/publish.test.ts', 'late']],
  ),
  mutation(
    4,
    'a plan always writes',
    'src/lib/plan/changes.ts',
    [`return recorded && plan.modifiedProperties.length === 0 ? undefined : plan;`, `return plan;`],
    ['test/unit/plan/changes.test.ts', [steady, 'promise 4']],
  ),
  mutation(
    5,
    'a union is not sorted',
    'src/lib/plan/unite.ts',
    [
      `[...new Set(entries.flatMap((entry) => entry.scopes))].sort(compareText)`,
      `[...new Set(entries.flatMap((entry) => entry.scopes))]`,
    ],
    ['test/unit/plan/decide-properties.test.ts', 'test/unit/plan/decide.test.ts'],
  ),
  mutation(
    6,
    'bulk work goes onto the fresh queue',
    'src/lib/queue/request-queues.ts',
    [`bulk: 'reconcile-user-bulk' }`, `bulk: 'reconcile-user' }`],
    ['test/queue/queues.test.ts', [steady, 'promise 6']],
  ),
  mutation(
    6,
    'an import is sent as fresh work',
    'src/lib/detect/enqueue-users.ts',
    [`return users.length > 20 ? 'bulk' : 'fresh';`, `return users.length > 20_000 ? 'bulk' : 'fresh';`],
    [[steady, 'promise 6']],
  ),
  mutation(
    7,
    'a dry run claims',
    'src/lib/reconcile/plan-user.ts',
    [`'look', 'normal'`, `'claim', 'normal'`],
    [[steady, 'promise 7']],
  ),
  mutation(
    7,
    'stores do not refuse the writes of a dry run',
    'src/lib/record/read-only.ts',
    [`typeof value !== 'function' || reads.has(String(name))`, `typeof value !== 'function' || reads.size > 0`],
    ['test/record/read-only.test.ts'],
  ),
  mutation(
    8,
    'the guard lets every request out',
    'src/lib/directory/middleware/read-only.ts',
    [`if (!isAllowed(method, path, body)) {`, `if (!isAllowed(method, path, body) && path === '') {`],
    ['test/directory/read-only.test.ts'],
  ),
  mutation(
    9,
    'a refused sign-in quotes the secret',
    'src/lib/secrets/create-credential.ts',
    [`credential: described, looksLikeId`, `credential: \`\${described} (\${secret.value})\`, looksLikeId`],
    ['test/secrets/credentials.test.ts', [borders, 'promise 9']],
  ),
  mutation(
    9,
    'the clientState itself is stored',
    'src/lib/detect/renew.ts',
    [
      `    clientStateHash: clientStateHash(clientState),\n`,
      `    clientStateHash: clientStateHash(clientState),\n    notificationQuery: clientState,\n`,
    ],
    [[borders, 'promise 9']],
  ),
  mutation(
    10,
    'a user is stored without the tenant',
    'src/lib/model/keys.ts',
    [
      'return `${tenantPartition(tenantId)}|${userKey(userId)}`;',
      'return `${tenantPartition(userId)}|${userKey(userId)}`;',
    ],
    ['test/unit/model/keys.test.ts', 'test/record/access-table.test.ts', [borders, 'promise 10']],
  ),
  mutation(
    10,
    'any clientState is accepted',
    'src/lib/detect/sender-check.ts',
    [
      `    if (!isOurs) this.#strangerReadAt = now;\n    return isOurs;`,
      `    return isOurs || known.hashes.length > 0;`,
    ],
    ['test/unit/detect/sender-check.test.ts', ['test/scenarios/webhook.test.ts', 'clientState']],
  ),
  mutation(
    11,
    'open work is deleted too early',
    'src/functions/reconcile-user.ts',
    [
      `      const outcome = await reconcile(ports, request, lane, isRepeated(request, delivery));\n      await settleWork(ports, request, startedAt);\n`,
      `      await settleWork(ports, request, startedAt);\n      const outcome = await reconcile(ports, request, lane, isRepeated(request, delivery));\n`,
    ],
    ['test/unit/functions/queue-triggers.test.ts', [openWork, 'last attempt']],
  ),
  mutation(
    11,
    'the last attempt is not written down',
    'src/lib/queue/settle-failure.ts',
    [
      `  await ports.work.open(request.userId, reasonOf(error), lane);\n  ports.log.error('A reconcile failed and is open work now.'`,
      `  ports.log.error('A reconcile failed and is open work now.'`,
    ],
    ['test/queue/settle-failure.test.ts', [openWork, 'last attempt']],
  ),
  mutation(
    11,
    'an outage ends a message',
    'src/lib/errors.ts',
    [
      `  override readonly name: string = 'UnavailableError';\n  override readonly kind: FailureKind = 'againAfter';`,
      `  override readonly name: string = 'UnavailableError';\n  override readonly kind: FailureKind = 'never';`,
    ],
    ['test/queue/settle-failure.test.ts', [openWork, 'outage']],
  ),
  mutation(
    11,
    'a cursor is stored before its requests are enqueued',
    'src/lib/detect/sweep.ts',
    [
      `    users += await stream.enqueue(page.entries);\n    state = advance(ports, state, page);\n`,
      `    state = advance(ports, state, page);\n    await run.checkpoint(state);\n    users += await stream.enqueue(page.entries);\n`,
    ],
    ['test/unit/detect/sweep.test.ts', [oneChange, 'promise 11']],
  ),
  mutation(
    11,
    'poison messages are thrown away',
    'src/functions/catch-up.ts',
    [`drainPoison((payload, lane) => restorePoison(rolecall, payload, lane))`, `drainPoison(async () => undefined)`],
    ['test/unit/functions/timers.test.ts', [openWork, 'handed out too often']],
  ),
  mutation(
    11,
    'unfinished jobs are not continued',
    'src/lib/detect/catch-up.ts',
    [`    await requestJob(ports, job.kind, job.id, { continues: true });\n`, ''],
    [[openWork, 'worker was killed']],
  ),
  mutation(
    11,
    'a late publisher takes a name back from who holds it now',
    'src/lib/record/derived-table.ts',
    ['outdated : !(await holdsName(put));', 'outdated : put.values === undefined;'],
    ['test/record/derived-table.test.ts'],
  ),
];
