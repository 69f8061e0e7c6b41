import fc from 'fast-check';
import { idOf, type Membership } from './cast.ts';

/**
 * Who is in what where documents are tried: nested groups, one of them in two, names that a pattern matches, and `gone`, which
 * every document maps and no rule but its own, so that it may be deleted.
 */
export const previewMembers: Membership = {
  staff: ['ada', 'dan', 'eve', 'lab'],
  admins: ['ada', 'eve', 'bob'],
  lab: ['lea', 'annex'],
  annex: ['axl', 'ada'],
  'app-red': ['bob', 'lab'],
  'app-blue': ['ada', 'dan'],
  gone: ['ada', 'bob', 'lea'],
};

const roles = ['admin', 'editor', 'user', 'visitor'];
const scopes = ['entity:one', 'entity:two'];
const grants = fc.record(
  {
    roles: fc.subarray(roles, { minLength: 1, maxLength: 2 }),
    teams: fc.subarray(['red', 'blue']),
    permissions: fc.subarray(['export']),
  },
  { requiredKeys: ['roles'] },
);
const guests = fc.oneof(
  fc.constantFrom('include' as const, 'exclude' as const),
  grants.map((other) => ({ grants: other })),
);

const plainRule = fc.record(
  {
    group: fc.constantFrom(
      { id: idOf('staff') },
      { displayName: 'admins' },
      { id: idOf('lab') },
      { id: idOf('annex') },
      { displayName: 'app-red' },
    ),
    membership: fc.constantFrom('direct', 'transitive'),
    grants,
    scopes: fc.subarray(scopes),
    guests,
    enabled: fc.constantFrom(true, true, true, false),
  },
  { requiredKeys: ['group', 'grants'] },
);
const patternRule = fc.record(
  {
    group: fc.constant({ displayNamePattern: 'app-{Team}' }),
    where: fc.constantFrom({ Team: 'red' }, { Team: 'blue' }),
    membership: fc.constantFrom('direct', 'transitive'),
    grants: fc.constant({ teams: ['{Team}'] }),
    scopes: fc.constantFrom([], ['team:{Team}']),
    guests: fc.constantFrom('include', 'exclude'),
  },
  { requiredKeys: ['group', 'grants'] },
);

/** Any sound rules document for the groups above. */
export const arbitraryDocument: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      rules: fc.array(fc.oneof({ weight: 4, arbitrary: plainRule }, { weight: 1, arbitrary: patternRule }), {
        minLength: 1,
        maxLength: 6,
      }),
      roleResolution: fc.constantFrom('union', 'strongest'),
      defaultRole: fc.constantFrom(null, null, 'visitor'),
      disabledAccounts: fc.constantFrom('suspend', 'keep'),
      guests: fc.constantFrom('include', 'exclude'),
      groups: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.constant([{ id: idOf('staff'), enabled: false }]) },
      ),
      conflicts: fc.subarray([
        { id: 'duty', roles: ['admin', 'editor'], action: 'withhold' },
        { id: 'look', roles: ['editor', 'user'], scope: 'any', action: 'report' },
      ]),
    },
    { requiredKeys: ['rules'] },
  )
  .map(({ rules, ...rest }) => ({
    roles: roles.map((id, index) => ({ id, precedence: index + 1 })),
    teams: [{ id: 'red' }, { id: 'blue' }],
    permissions: [{ id: 'export' }, { id: 'enter' }],
    rules: [
      ...rules.map((rule, index) => ({ id: `rule-${index}`, ...rule })),
      { id: 'gone', group: { displayName: 'gone' }, grants: { permissions: ['enter'] }, scopes: ['entity:one'] },
    ],
    // One passes, the next is held.
    holds: { lossPercent: 0, lossMinimum: 1 },
    ...rest,
  }));
