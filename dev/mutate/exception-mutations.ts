import { type Mutation, mutation } from './mutation.ts';

const unit = (name: string): string => `test/unit/${name}.test.ts`;

/** Faults in what people except from the rules, and in what must not be held together. */
export const exceptionMutations: readonly Mutation[] = [
  mutation(
    'exceptions',
    'an exception outlives its end',
    'src/lib/model/exception.ts',
    [
      'return endDateTime === undefined || Date.parse(endDateTime) > time;',
      'return endDateTime !== null || Date.parse(endDateTime) > time;',
    ],
    [unit('plan/decide-exceptions')],
  ),
  mutation(
    'exceptions',
    'a denial is overlooked',
    'src/lib/plan/exceptions.ts',
    ["exceptions.filter(({ effect }) => effect === 'deny')", 'exceptions.filter(() => false)'],
    [unit('plan/decide-exceptions')],
  ),
  mutation(
    'exceptions',
    'nobody is looked at when an exception starts or ends',
    'src/lib/operate/exception-times.ts',
    [
      'const times = new Set([soon, ...turns(exception, now).map((time) => Math.max(time, soon))]);',
      'const times = new Set([soon]);',
    ],
    ['test/record/exceptions.test.ts', 'test/scenarios/exceptions.test.ts'],
  ),
  mutation(
    'exceptions',
    'what somebody wrote into our rows is believed',
    'src/lib/record/access-table.ts',
    ['if (record !== undefined && rows.isIntact())', 'if (record !== undefined)'],
    ['test/record/outside-edits.test.ts'],
  ),
  mutation(
    'exceptions',
    'an exception that is closed goes on',
    'src/lib/model/exception.ts',
    [
      'if (closedDateTime !== undefined || Date.parse(startDateTime) > time) return false;',
      'if (Date.parse(startDateTime) > time) return false;',
    ],
    [unit('plan/decide-exceptions'), unit('model/exception')],
  ),
  mutation(
    'exceptions',
    'forgotten scopes put everywhere in the place of what rules say',
    'src/lib/model/operator-request.ts',
    [
      "z.literal('scopes'), ...exceptionTerms, scopes })",
      "z.literal('scopes'), ...exceptionTerms, scopes: scopes.default([]) })",
    ],
    [unit('functions/exceptions')],
  ),
  mutation(
    'exceptions',
    'another scope is given beside the old one',
    'src/lib/plan/exceptions.ts',
    [
      'const overridden = { ...entry, scopes: override.scopes };',
      'const overridden = { ...entry, scopes: [...entry.scopes, ...override.scopes] };',
    ],
    [unit('plan/decide-exceptions')],
  ),
  mutation(
    'exceptions',
    'an exception gives what is not defined',
    'src/lib/plan/exceptions.ts',
    ["effect === 'grant' && isDefined(document, entitlement)", "effect === 'grant' && document !== undefined"],
    [unit('plan/decide-exceptions')],
  ),
  mutation(
    'exceptions',
    'its times are not written down before it is put',
    'src/lib/operate/change-exception.ts',
    ['      await writeDownTimes(ports, userId, exception, now);\n', ''],
    ['test/record/exceptions.test.ts'],
  ),
  mutation(
    'exceptions',
    'putting one takes what new rules have yet to be read for',
    'src/lib/operate/rules-to-decide-by.ts',
    [
      'if (!record || older === undefined) return inForce;',
      "if (!record || older === undefined || record.userId !== '') return inForce;",
    ],
    ['test/record/exceptions.test.ts'],
  ),
  mutation(
    'conflicts',
    'roles that exclude each other are both given',
    'src/lib/plan/settle-conflicts.ts',
    ["conflicts.filter(({ action }) => action === 'withhold')", 'conflicts.filter(() => false)'],
    [unit('plan/settle-conflicts')],
  ),
  mutation(
    'conflicts',
    'the stronger role is withheld',
    'src/lib/plan/settle-conflicts.ts',
    ['for (const role of roles) {', 'for (const role of roles.toReversed()) {'],
    [unit('plan/settle-conflicts')],
  ),
  mutation(
    'conflicts',
    'roles in different scopes exclude each other',
    'src/lib/plan/settle-conflicts.ts',
    [
      "return scope === 'any' ? everywhere : scopesOf(stronger);",
      "return scope === 'any' ? everywhere : union(everywhere, scopesOf(stronger));",
    ],
    [unit('plan/settle-conflicts')],
  ),
  mutation(
    'conflicts',
    'what a conflict took is not named',
    'src/lib/plan/settle-conflicts.ts',
    ['    losers: withheld.losers,\n', '    losers: [],\n'],
    [unit('plan/settle-conflicts'), unit('plan/decide-properties')],
  ),
];
