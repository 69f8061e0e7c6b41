import { stripVTControlCharacters } from 'node:util';
import { previewSchema } from '../../../dev/rules/answers.ts';
import { explanationSchema, oneUserSchema } from '../../../dev/rules/explanation-answer.ts';
import { tellExplanation, tellOneEntitlement } from '../../../dev/rules/tell-explanation.ts';
import { tellOneUser } from '../../../dev/rules/tell-one-user.ts';
import { tellPreview } from '../../../dev/rules/tell-preview.ts';

/** What a terminal shows, without its colours. */
const shown = (lines: readonly string[]): string => stripVTControlCharacters(lines.join('\n'));

describe('a preview in a terminal', () => {
  const kind = { kind: 'security', dynamic: false, roleAssignable: false, hiddenMembership: false };
  const group = { groupId: 'p', displayName: 'payments', state: 'present', info: { ...kind, onPremisesSynced: true } };
  const effects = { pay: 'unread', admin: 'decides', twice: 'neverDecides', empty: 'nobody' };
  const preview = previewSchema.parse({
    activeVersion: 7,
    fresh: false,
    counts: { recorded: 1, losers: 0, gainers: 0, affected: 0, withNewConflicts: 0 },
    users: [],
    complete: true,
    rules: Object.entries(effects).map(([ruleId, effect]) => ({ ruleId, users: 0, effect })),
    groups: [{ ...group, ruleIds: ['pay'], unread: 'membership' }],
    unmappedGroups: [],
    warnings: [],
  });
  const text = shown(tellPreview(preview, { file: 'rules.json', all: false, again: '' }));

  it('says what each group is and where its members are managed (E2)', () => {
    expect(text).toMatch(/payments +pay +security group, synced from on-premises +on-premises Active Directory +new /);
  });

  it('lists rules without effect, and none whose groups are yet to be read (R7)', () => {
    const odd = text.split('Rules without effect')[1]?.split('\n\n')[0] ?? '';
    expect(odd).toMatch(/twice +0 +never decides[^]+empty +0 +gives something to nobody/);
    expect(odd).not.toMatch(/pay|admin/);
  });
});

describe('an explanation in a terminal', () => {
  const source = { origin: 'group', ruleId: 'pay', groupId: 'payer', groupName: 'payers' };
  const pay = { kind: 'role', id: 'pay', scopes: [] };
  const closed = [{ origin: 'group', ruleId: 'read', groupId: 'reader', groupName: 'readers', failed: 'notMember' }];
  const group = (groupId: string, membersManagedIn: string) => {
    return {
      groupId,
      displayName: `${groupId}s`,
      kind: 'security group',
      marks: ['role-assignable'],
      membersManagedIn,
    };
  };
  const path = [group('clerk', ''), group('payer', '')].map(({ groupId, displayName }) => ({ groupId, displayName }));
  const answer = explanationSchema.parse({
    userId: 'ada',
    rulesVersion: 1,
    basis: 'record',
    upToDate: true,
    directory: 'found',
    state: 'active',
    conflicts: [],
    exceptions: [],
    notes: [],
    entitlements: [
      { ...pay, held: { ...pay, sources: [source] }, given: [{ ...pay, source }], taken: [], closed: [] },
      { kind: 'role', id: 'read', whyNot: 'notMember', given: [], taken: [], closed },
    ],
    memberships: [{ groupId: 'payer', displayName: 'payers', since: '2026-01-01T00:00:00Z', path }],
    groups: [
      group('clerk', 'Exchange admin center'),
      group('payer', 'Entra admin center'),
      group('reader', 'elsewhere'),
    ],
  });
  const [held, absent] = answer.entitlements;
  const wayTo =
    /clerks +security group, role-assignable +Exchange admin center +clerk\n +payers +.+ +Entra admin center/;

  it('says of the groups on the way what each is and where its members are managed (E2)', () => {
    const text = shown(tellExplanation(answer, false));
    expect(text).toMatch(wayTo);
    expect(text).not.toContain('elsewhere');
    expect(held && shown(tellOneEntitlement(answer, held))).toMatch(wayTo);
  });

  it('says it of closed ways where those are told', () => {
    expect(shown(tellExplanation(answer, true))).toContain('elsewhere');
    const text = shown(absent ? tellOneEntitlement(answer, absent) : []);
    expect(text).toMatch(/readers +security group, role-assignable +elsewhere +reader$/m);
    expect(text).not.toMatch(wayTo);
  });

  it('says nothing of groups where none is on a way', () => {
    const none = { ...answer, entitlements: [] };
    expect(shown(tellExplanation(none, true))).not.toContain('members managed in');
  });
});

const tried = {
  userId: 'ada',
  directory: 'found',
  groups: [],
  otherGroups: 0,
  rulesWait: false,
  explanation: { state: 'active', conflicts: [], entitlements: [] },
  warnings: [],
};

it('a document tried on one user: its groups, and where their members are managed (E2)', () => {
  const described = { kind: 'distribution group', marks: [], membersManagedIn: 'Exchange admin center' };
  const groups = [
    { groupId: 'a', displayName: 'payers', direct: true, ...described },
    { groupId: 'b', displayName: 'others' },
  ];
  const answer = oneUserSchema.parse({ ...tried, groups });
  expect(shown(tellOneUser(answer, 'rules.json', false))).toMatch(
    /^ {2}payers \(directly\): distribution group; its members are managed in: Exchange admin center a\n {2}others b$/m,
  );
});

it.each([
  ['says that its groups wait for a reading', true, 1],
  ['says nothing of that where they do not', false, 0],
])('a document tried on one user %s', (_case, rulesWait, times) => {
  const answer = oneUserSchema.parse({ ...tried, directory: 'absent', rulesWait });
  expect(shown(tellOneUser(answer, 'rules.json', false)).match(/new ones wait for a reading/g) ?? []).toHaveLength(
    times,
  );
});
