import { mutation, type Mutation } from './mutation.ts';

const noAnswer = 'test/scenarios/no-answer.test.ts';
const lag = 'test/scenarios/lag.test.ts';
const rulesUntilRead = 'test/unit/reconcile/rules-until-read.test.ts';
const learnSpell = 'src/lib/plan/learn-spell.ts';
const readUser = 'src/lib/directory/read-user.ts';

/** Faults that take access away without evidence. */
export const evidenceMutations: readonly Mutation[] = [
  mutation(
    1,
    'a 404 is an empty list of groups',
    readUser,
    [
      `  const { failure, body } = answered(answers, id);\n`,
      `  const { failure, body } = answered(answers, id);\n  if (failure?.status === 404) return { value: [] };\n`,
    ],
    ['test/directory/read-user.test.ts', [noAnswer, 'getMemberGroups answers 404']],
  ),
  mutation(
    1,
    'a user who answers 404 is deleted',
    readUser,
    [`if (deleted === undefined) return { kind: 'absent' };`, `if (deleted === undefined) return { kind: 'deleted' };`],
    ['test/directory/read-user.test.ts', [noAnswer, '/users/.id. answers 404']],
  ),
  mutation(
    1,
    'a listing that breaks off is complete',
    'src/lib/directory/paging.ts',
    [
      `    const body = required(await client.send(call), call);\n`,
      `    const answer = await client.send(call);\n    if (count > 0 && answer.failure !== undefined) return;\n    const body = required(answer, call);\n`,
    ],
    ['test/unit/directory/paging.test.ts', [noAnswer, 'breaks off']],
  ),
  mutation(
    1,
    'a failed part of a batch is overlooked',
    'src/lib/directory/read-user.ts',
    [
      `    throw failureError(failure, { method: 'GET', path: \`the user's part '\${id}'\`, permission: READ_USERS });`,
      `    return { value: [] };`,
    ],
    ['test/directory/read-user.test.ts', [noAnswer, 'getMemberGroups']],
  ),
  mutation(
    1,
    'a hidden membership counts as readable',
    'src/lib/directory/read-groups.ts',
    [
      `return !hiddenMembership || (await client.permissions()).has(READ_HIDDEN);`,
      `return !hiddenMembership || client !== undefined;`,
    ],
    ['test/directory/groups.test.ts', [noAnswer, 'hidden']],
  ),
  mutation(
    1,
    "the group's answer is skipped before a revoke",
    learnSpell,
    [`  if (context.evidence === undefined) return lesson(spell, { unproven: true });\n`, ''],
    ['test/unit/plan/learn-spell.test.ts'],
  ),
  mutation(
    1,
    'a group that does not answer proves a loss',
    learnSpell,
    [`  if (context.evidence === 'unknown') return lesson(spell);\n`, ''],
    ['test/unit/plan/learn-spell.test.ts', [noAnswer, '/groups/.id. answers 404']],
  ),
  mutation(
    1,
    'the lag rule is ignored',
    learnSpell,
    [`< context.lagMilliseconds;`, `< Math.min(0, context.lagMilliseconds);`],
    ['test/unit/plan/learn-spell.test.ts', lag],
  ),
  mutation(
    1,
    'nobody is looked at again',
    'src/lib/plan/look-again.ts',
    [`if (glance.look >= maxLooks) return false;`, `if (glance.look <= maxLooks) return false;`],
    ['test/unit/plan/look-again.test.ts', lag],
  ),
  mutation(
    2,
    'a reset delta round does not cover its gap',
    'src/lib/detect/sweep.ts',
    [`  await stream.coverGap(started.state);\n`, ''],
    ['test/unit/detect/sweep.test.ts', ['test/scenarios/feeds.test.ts', 'reset|longer than the links live']],
  ),
  mutation(
    2,
    'nested groups are not watched',
    'src/lib/detect/compare-group.ts',
    [`  await watchNested(ports, group.groupId, listed.nested);\n`, ''],
    [['test/scenarios/feeds.test.ts', 'nested']],
  ),
  mutation(
    2,
    'rules that moved meanwhile are not looked at',
    'src/lib/reconcile/reconcile-user.ts',
    [
      `    if ((await ports.rules.activeVersion()) !== recorded.rules?.version) await reconcileAgain(ports, request, lane);\n`,
      '',
    ],
    ['test/unit/reconcile/reconcile-user.test.ts'],
  ),
  mutation(
    1,
    'what new rules map and nobody could read is taken for absent',
    'src/lib/reconcile/read-user.ts',
    ['const decideBy = tells ? rules :', 'const decideBy = tells || rules.version > 0 ? rules :'],
    [rulesUntilRead, ['test/scenarios/rules.test.ts', 'whom the directory does not tell of']],
  ),
  mutation(
    1,
    'a deletion that contradicts a younger fact makes new rules take',
    'src/lib/plan/learn-account.ts',
    ["=== 'deleted' && !young;", "=== 'deleted' && young !== undefined;"],
    [rulesUntilRead],
  ),
  mutation(
    1,
    'a version that changed nothing for somebody passes for read',
    'src/lib/plan/rules-of-record.ts',
    ['return { ...inForce, version: older.version };', 'return inForce;'],
    [rulesUntilRead, 'test/unit/plan/rules-of-record.test.ts'],
  ),
  mutation(
    2,
    'who could not be read keeps older rules for ever',
    'src/lib/plan/look-again.ts',
    [' || glance.rulesWait) return true;', ') return true;'],
    ['test/unit/plan/look-again.test.ts', rulesUntilRead],
  ),
  mutation(
    2,
    'nobody looks at somebody deleted whose account was never read',
    'src/lib/detect/sweep-users.ts',
    ['removed !== undefined && (await', 'removed === undefined && (await'],
    ['test/unit/detect/sweep-users.test.ts'],
  ),
  mutation(
    2,
    'a try that is repeated after its write looks no more',
    'src/lib/plan/look-again.ts',
    ['glance.factsChanged || glance.isRepeated ||', 'glance.factsChanged ||'],
    ['test/unit/plan/look-again.test.ts', 'test/unit/reconcile/reconcile-user.test.ts'],
  ),
];
