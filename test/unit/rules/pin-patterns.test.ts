import type { ActiveRules, Pin } from '../../../src/lib/model/active-rules.ts';
import type { GroupInfo } from '../../../src/lib/model/directory.ts';
import { pinRules } from '../../../src/lib/rules/pin.ts';
import { type Admission, admitNobody } from '../../../src/lib/rules/admission.ts';
import { activeRules, directoryWith, documentOf, groupId, groupInfo, rule } from './sample-document.ts';

const [a, b, c, d] = [groupId('a'), groupId('b'), groupId('c'), groupId('d')];
const tenantId = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';
const before = '2026-01-01T00:00:00.000Z';
const now = new Date('2026-02-01T00:00:00.000Z');

type Rules = readonly Record<string, unknown>[];

const pattern = 'Profisee{Env}_{Role}';
const byPattern = { group: { displayNamePattern: pattern }, where: { Env: 'Dev' } };
const protectedOnes = { ...byPattern, group: { displayNamePattern: pattern, pin: 'protected' } };

/** What the groups of the tenant are called: `ProfiseeDev_Admins` and so on. */
const named = (names: Readonly<Record<string, string>>, special: Partial<GroupInfo> = {}): readonly GroupInfo[] =>
  Object.entries(names).map(([id, name]) => groupInfo(id, name, special));

function pinned(ruleId: string, id: string, name: string, parts?: Pin['parts'], since = before): Pin {
  return { ruleId, groupId: id, displayName: name, mappedSince: since, ...(parts === undefined ? {} : { parts }) };
}

interface Situation {
  readonly groups: readonly GroupInfo[];
  readonly previous?: ActiveRules;
  readonly admission?: Admission;
}

async function pinsOf(rules: Rules, { groups, previous, admission = admitNobody }: Situation) {
  const result = await pinRules(documentOf(rules), previous, directoryWith(...groups), { tenantId, now, admission });
  if (!result.ok) return result.faults;
  return result.value.pins.map((pin) => [pin.groupId, pin.displayName, pin.parts]);
}

const admins = { Env: 'Dev', Role: 'Admins' };
const stewards = { Env: 'Dev', Role: 'Stewards' };

const containing = (part: string): unknown => expect.stringContaining(part);

describe('a rule with a pattern (P4)', () => {
  it('is bound to every group whose whole name matches, of the wanted environment only, with its parts', async () => {
    const groups = named({
      [a]: 'ProfiseeDev_Admins',
      [b]: 'ProfiseeQA_Admins',
      [c]: 'ProfiseeDev_Stewards',
      [d]: 'Old ProfiseeDev_Admins',
    });
    expect(await pinsOf([rule('r', byPattern)], { groups })).toEqual([
      [a, 'ProfiseeDev_Admins', admins],
      [c, 'ProfiseeDev_Stewards', stewards],
    ]);
  });

  it('may match nothing, which is a warning (R12)', async () => {
    const result = await pinRules(documentOf([rule('r', byPattern)]), undefined, directoryWith(), { tenantId, now });
    expect(result).toEqual({
      ok: true,
      value: {
        pins: [],
        warnings: [
          {
            path: '$.rules[0].group.displayNamePattern',
            warning: `no group matches '${pattern}' where {"Env":"Dev"}`,
            remedy: containing('capitals'),
          },
        ],
      },
    });
  });

  it('never asks for all groups when there is none', async () => {
    const directory = directoryWith(groupInfo(a, 'Alpha'));
    let listings = 0;
    const counting = {
      ...directory,
      listGroups: () => {
        listings += 1;
        return directory.listGroups('normal');
      },
    };
    await pinRules(documentOf([rule('r')]), undefined, counting, { tenantId, now });
    expect(listings).toBe(0);
    await pinRules(documentOf([rule('r', byPattern), rule('s', byPattern)]), undefined, counting, { tenantId, now });
    expect(listings).toBe(1);
  });

  const three = named({ [a]: 'ProfiseeDev_Admins', [b]: 'ProfiseeDev_Stewards', [c]: 'ProfiseeDev_Readers' });
  const previous = activeRules(documentOf([rule('r', byPattern)]), [pinned('r', a, 'ProfiseeDev_Admins', admins)]);

  it.each<[string, Rules, Situation, readonly unknown[]]>([
    [
      'keeps a group through a rename, with the parts it was pinned with',
      [rule('r', byPattern)],
      { groups: named({ [a]: 'Profisee (renamed)' }), previous },
      [[a, 'Profisee (renamed)', admins]],
    ],
    [
      'also when the new name has other parts',
      [rule('r', byPattern)],
      { groups: named({ [a]: 'ProfiseeQA_Stewards' }), previous },
      [[a, 'ProfiseeQA_Stewards', admins]],
    ],
    [
      'keeps a group that does not answer (A23)',
      [rule('r', byPattern)],
      { groups: [], previous },
      [[a, 'ProfiseeDev_Admins', admins]],
    ],
    [
      'gets of what matches now besides only what the person who publishes names',
      [rule('r', byPattern)],
      { groups: three, previous, admission: { admit: [b] } },
      [
        [a, 'ProfiseeDev_Admins', admins],
        [b, 'ProfiseeDev_Stewards', stewards],
      ],
    ],
    [
      'and nothing besides when none is named, also for a further rule of the same pattern (P12)',
      [rule('r', byPattern), rule('s', byPattern)],
      { groups: three, previous },
      [
        [a, 'ProfiseeDev_Admins', admins],
        [a, 'ProfiseeDev_Admins', admins],
      ],
    ],
    [
      'gets everything that matches when where is another one: then the person says so',
      [rule('r', { group: byPattern.group })],
      { groups: three, previous },
      [
        [a, 'ProfiseeDev_Admins', admins],
        [b, 'ProfiseeDev_Stewards', stewards],
        [c, 'ProfiseeDev_Readers', { Env: 'Dev', Role: 'Readers' }],
      ],
    ],
    [
      'never gets what is named and does not match',
      [rule('r', byPattern)],
      { groups: named({ [a]: 'ProfiseeDev_Admins', [d]: 'ProfiseeQA_Admins' }), previous, admission: { admit: [d] } },
      [[a, 'ProfiseeDev_Admins', admins]],
    ],
    [
      'hands its groups on to a rule of another id with the same pattern',
      [rule('s', byPattern)],
      { groups: named({ [a]: 'renamed' }), previous },
      [[a, 'renamed', admins]],
    ],
    [
      'lets go what where no longer asks for',
      [rule('r', { ...byPattern, where: { Env: 'QA' } })],
      { groups: named({ [a]: 'ProfiseeDev_Admins' }), previous },
      [],
    ],
    [
      'lets go everything when the pattern is another one',
      [rule('r', { group: { displayNamePattern: 'App{Env}_{Role}' } })],
      { groups: named({ [a]: 'ProfiseeDev_Admins' }), previous },
      [],
    ],
    [
      'gets nothing new when only protected groups are let in, and it lets none in',
      [rule('r', byPattern)],
      {
        groups: named({ [b]: 'ProfiseeDev_Stewards' }, { roleAssignable: true }),
        previous,
        admission: 'protectedOnly',
      },
      [[a, 'ProfiseeDev_Admins', admins]],
    ],
    [
      'gets protected groups alone when it lets them in',
      [rule('r', protectedOnes)],
      {
        groups: [
          groupInfo(b, 'ProfiseeDev_Stewards', { onPremisesSynced: true }),
          groupInfo(c, 'ProfiseeDev_Readers', { kind: 'microsoft365' }),
        ],
        previous,
        admission: 'protectedOnly',
      },
      [
        [a, 'ProfiseeDev_Admins', admins],
        [b, 'ProfiseeDev_Stewards', stewards],
      ],
    ],
  ])('%s', async (_case, rules, situation, expected) => {
    expect(await pinsOf(rules, situation)).toEqual(expected);
  });

  it('gets no group that let itself in through another rule of the same pattern', async () => {
    const byPerson = { group: { displayNamePattern: pattern } };
    const rules = [rule('r', protectedOnes), rule('s', byPerson)];
    const groups = [
      groupInfo(a, 'ProfiseeDev_Admins'),
      groupInfo(b, 'ProfiseeDev_Stewards', { onPremisesSynced: true }),
      groupInfo(c, 'ProfiseeDev_Readers', { onPremisesSynced: true }),
    ];
    const one = pinned('r', a, 'ProfiseeDev_Admins', admins);
    const inForce = activeRules(documentOf(rules), [one, { ...one, ruleId: 's' }, pinned('r', b, 'then', stewards)]);
    const bind = async (admission: Admission) => {
      const result = await pinRules(documentOf(rules), inForce, directoryWith(...groups), { tenantId, now, admission });
      return result.ok ? result.value.pins.map(({ ruleId, groupId: id }) => [ruleId, id]) : result.faults;
    };
    expect(await bind('protectedOnly')).toEqual([
      ['r', a],
      ['r', b],
      ['r', c],
      ['s', a],
    ]);
    // What let itself in through one rule is for another one to be named.
    expect(await bind(admitNobody)).toHaveLength(4);
    expect(await bind({ admit: [b, c] })).toHaveLength(6);
  });

  it('keeps the groups of a pattern when rules change places: neither id nor order binds them', async () => {
    const where = (env: string) => ({ group: { displayNamePattern: pattern }, where: { Env: env } });
    const inForce = activeRules(documentOf([rule('r', where('Dev')), rule('s', where('QA'))]), [
      pinned('r', a, 'ProfiseeDev_Admins', admins),
      pinned('s', d, 'ProfiseeQA_Admins', { Env: 'QA', Role: 'Admins' }),
    ]);
    const groups = named({ [a]: 'ProfiseeDev_Admins', [d]: 'ProfiseeQA_Admins' });
    const ids = async (rules: Rules) => JSON.stringify(await pinsOf(rules, { groups, previous: inForce }));
    const swapped = await ids([rule('r', where('QA')), rule('s', where('Dev'))]);
    expect([swapped.includes(a), swapped.includes(d)]).toEqual([true, true]);
    expect(await ids([rule('r', where('QA'))])).toContain(d);
  });

  it('tells who matches and waits', async () => {
    const context = { tenantId, now, admission: { admit: [c] } };
    const result = await pinRules(documentOf([rule('r', byPattern)]), previous, directoryWith(...three), context);
    expect(result).toMatchObject({
      ok: true,
      value: {
        warnings: [
          {
            path: '$.rules[0].group.displayNamePattern',
            warning: `the group 'ProfiseeDev_Stewards' (${b}) matches and is not let in`,
            remedy: containing('admit'),
          },
        ],
      },
    });
  });

  it('is not bound to a group that hides its membership: that is a warning, since anybody may create one', async () => {
    const groups = [
      groupInfo(a, 'ProfiseeDev_Admins'),
      groupInfo(b, 'ProfiseeDev_Stewards', { kind: 'microsoft365', hiddenMembership: true }),
    ];
    const directory = directoryWith(...groups);
    const result = await pinRules(documentOf([rule('r', byPattern)]), undefined, directory, { tenantId, now });
    expect(result).toMatchObject({
      ok: true,
      value: {
        pins: [{ groupId: a }],
        warnings: [
          {
            path: '$.rules[0].group.displayNamePattern',
            warning: `the group 'ProfiseeDev_Stewards' (${b}) hides its membership from us, so it is not mapped`,
            remedy: containing('Member.Read.Hidden'),
          },
        ],
      },
    });
  });

  it('is refused when the groups that match would outgrow a record', async () => {
    const groups = Array.from({ length: 2000 }, (_unused, index) =>
      groupInfo(`${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`, `ProfiseeDev_R${index}`),
    );
    expect(await pinsOf([rule('r', byPattern)], { groups })).toMatchObject([{ path: '$.rules' }]);
  });
});

describe('a rule with a name', () => {
  const byName = { group: { displayName: 'Alpha' } };
  const letsIn = { group: { displayName: 'Alpha', pin: 'protected' } };
  const previous = (each: Record<string, unknown>) =>
    activeRules(documentOf([rule('r', each)]), [pinned('r', a, 'Alpha')]);
  const takeover = [groupInfo(a, 'Omega'), groupInfo(b, 'Alpha', { roleAssignable: true }), groupInfo(c, 'Alpha')];

  it('is not bound to another group that takes the name over (C13)', async () => {
    expect(await pinsOf([rule('r', byName)], { groups: takeover, previous: previous(byName) })).toEqual([
      [a, 'Omega', undefined],
    ]);
  });

  it('lets in a protected group of the name besides, where the rule says so', async () => {
    expect(await pinsOf([rule('r', letsIn)], { groups: takeover, previous: previous(letsIn) })).toEqual([
      [a, 'Omega', undefined],
      [b, 'Alpha', undefined],
    ]);
  });
});
