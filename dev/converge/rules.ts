import { groupIds } from './cast.ts';

/** The rules of a batch: every kind of rule, with the switches that a history may meet. */
export interface RulesVariant {
  readonly roleResolution: 'union' | 'strongest';
  readonly defaultRole: 'user' | null;
  readonly disabledAccounts: 'suspend' | 'keep';
  readonly guests: 'include' | 'exclude';
  readonly groupDeleted: 'hold' | 'revoke';
}

export const ruleIds = ['everybody', 'admins', 'editors', 'direct', 'nested', 'research'] as const;
/** Rules that only people add: one maps a group by its name, one by a pattern, one a group that nobody looked at before. */
export const addedRules = ['named', 'pattern', 'nobodys'] as const;

/** How a person's document differs from the first one. */
export interface RulesEdit {
  readonly off: readonly (typeof ruleIds)[number][];
  readonly added: readonly (typeof addedRules)[number][];
  /** A group that no rule applies to. */
  readonly groupOff: string | null;
  /** Rules that newly ask for direct members, and no longer. */
  readonly turned: readonly (typeof ruleIds)[number][];
  readonly conflict: 'withhold' | 'report' | null;
  readonly roleResolution: 'union' | 'strongest';
}

const unedited: Partial<RulesEdit> = {};

/** The rules document of a variant, as JSON. `mark` tells documents apart: an entitlement that nothing gives. */
export function rulesDocument(
  { groupDeleted, ...variant }: RulesVariant,
  edit: Partial<RulesEdit> = unedited,
  mark = 'first',
): Record<string, unknown> {
  const { off = [], added = [], turned = [], groupOff, conflict, roleResolution } = edit;
  return {
    roles: [
      { id: 'admin', precedence: 1, privileged: true },
      { id: 'editor', precedence: 5 },
      { id: 'user', precedence: 10 },
    ],
    businessFunctions: [{ id: 'research' }],
    teams: [{ id: 'blue' }, { id: 'group-7' }],
    permissions: [{ id: 'export' }, { id: mark }],
    rules: [
      ...firstRules.map((rule) => ({
        ...rule,
        enabled: !off.includes(rule.id),
        membership: turned.includes(rule.id) ? otherMembership[rule.membership] : rule.membership,
      })),
      ...furtherRules.filter(({ id }) => added.includes(id)),
    ],
    ...(conflict ? { conflicts: [{ id: 'duty', roles: ['admin', 'editor'], scope: 'any', action: conflict }] } : {}),
    ...(groupOff ? { groups: [{ id: groupOff, enabled: false }] } : {}),
    ...variant,
    ...(roleResolution ? { roleResolution } : {}),
    holds: { lossPercent: 60, lossMinimum: 3, windowHours: 24, groupDeleted },
  };
}

const otherMembership = { direct: 'transitive', transitive: 'direct' } as const;

const [g0, g1, g2, g3, g4, , , g7] = groupIds;
const transitive = { membership: 'transitive' } as const;
const firstRules = [
  {
    id: 'everybody',
    group: { id: g0 },
    ...transitive,
    grants: { roles: ['user'], teams: ['blue'] },
    guests: 'include',
  },
  { id: 'admins', group: { id: g1 }, ...transitive, grants: { roles: ['admin'] }, scopes: ['entity:one'] },
  { id: 'editors', group: { id: g2 }, ...transitive, grants: { roles: ['editor'], permissions: ['export'] } },
  {
    id: 'direct',
    group: { id: g3 },
    membership: 'direct',
    grants: { roles: ['editor'] },
    scopes: ['entity:one', 'entity:two'],
  },
  {
    id: 'nested',
    group: { id: g3 },
    ...transitive,
    grants: { businessFunctions: ['research'] },
    guests: { grants: { roles: ['user'] } },
  },
  { id: 'research', group: { id: g4 }, ...transitive, grants: { businessFunctions: ['research'] } },
] as const;

const furtherRules = [
  { id: 'named', group: { displayName: 'Group 6' }, grants: { roles: ['editor'] }, scopes: ['entity:two'] },
  {
    id: 'pattern',
    group: { displayNamePattern: 'Group {Number}' },
    where: { Number: '7' },
    grants: { teams: ['group-{Number}'] },
  },
  { id: 'nobodys', group: { id: g7 }, membership: 'direct', grants: { businessFunctions: ['research'] } },
] as const;
