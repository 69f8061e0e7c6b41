import { z } from 'zod';
import type { entitlementKinds } from './access.ts';

export const entitlementId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)
  .describe('Letters, digits and . _ : - ; at most 128 characters.');
const ruleId = entitlementId;
const displayName = z.string().min(1).max(256);
const period = z.enum(['second', 'minute', 'hour', 'day', 'month']);

/** An id, or in a rule with a pattern an id built from the pattern's named parts: `profisee-{Role}`. */
const template = z
  .string()
  .regex(/^[A-Za-z0-9{][A-Za-z0-9._:{}-]{0,127}$/)
  .describe('An id as it is, or with named parts of the displayNamePattern in braces: profisee-{Role}.');
const scopeTemplate = template.describe(
  'Where an entitlement applies, for example legal-entity:USMF or legal-entity:{Entity}.',
);
const partName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/);

const grants = z
  .strictObject({
    roles: z.array(template).optional(),
    businessFunctions: z.array(template).optional(),
    teams: z.array(template).optional(),
    permissions: z.array(template).optional(),
  })
  .describe('What members of the group get.');

const guests = z
  .union([z.enum(['include', 'exclude']), z.strictObject({ grants })])
  .describe('Guests get what members get, nothing, or other grants.');

const group = z
  .strictObject({
    id: z.guid().optional().describe('Object id of the group: survives renames, preferred.'),
    displayName: displayName
      .optional()
      .describe('Beside an id only a comment; alone it is an exact, case-sensitive name that is pinned at activation.'),
    displayNamePattern: displayName
      .optional()
      .describe(
        'Matches whole names, with named parts in braces: Profisee{Env}_{Role}. What matches at activation is pinned.',
      ),
    pin: z
      .enum(['person', 'protected'])
      .optional()
      .describe(
        'Who lets in a group that matches after activation: a person (default), or the group itself if it is protected (role-assignable or synced from on-premises).',
      ),
  })
  .describe('The group the rule maps.');

const rule = z.strictObject({
  id: ruleId,
  group,
  where: z
    .record(partName, z.string().regex(/^[A-Za-z0-9-]+$/))
    .optional()
    .describe('Values that named parts of the pattern must have.'),
  membership: z.enum(['transitive', 'direct']).optional().describe('Default transitive: nested members count.'),
  grants,
  scopes: z.array(scopeTemplate).max(100).optional().describe('None: everywhere.'),
  guests: guests.optional(),
  enabled: z.boolean().optional().describe('False switches the rule off and removes what it gave.'),
});

const role = z.strictObject({
  id: entitlementId,
  displayName: displayName.optional(),
  precedence: z.int().min(1).max(1_000_000).describe('1 is the strongest.'),
  privileged: z.boolean().optional().describe('Its loss is marked as severe in the change feed.'),
});

const businessFunction = z.strictObject({
  id: entitlementId,
  displayName: displayName.optional(),
  costCenter: z.string().max(64).optional(),
  rateLimit: z.strictObject({ requests: z.int().min(1), per: period }).optional(),
  budget: z
    .strictObject({ amount: z.number().min(0), currency: z.string().regex(/^[A-Z]{3}$/), per: period })
    .optional(),
});

const named = z.strictObject({ id: entitlementId, displayName: displayName.optional() });

const groupSwitch = z.strictObject({
  id: z.guid(),
  displayName: displayName.optional().describe('Only a comment.'),
  enabled: z.boolean().describe('False: no rule applies to this group, and what it gave is removed.'),
});

const conflict = z.strictObject({
  id: entitlementId,
  displayName: displayName.optional(),
  roles: z.array(entitlementId).min(2).max(100).describe('No two of them may be held together.'),
  scope: z.enum(['same', 'any']).default('same').describe('Together in one scope, or anywhere at all.'),
  action: z.enum(['report', 'withhold']).default('report').describe('Withhold: the weaker by precedence is not given.'),
});

const holds = z.strictObject({
  lossPercent: z.number().min(0).max(100).default(20),
  lossMinimum: z.int().min(0).default(10),
  windowHours: z.int().min(1).max(168).default(24),
  groupDeleted: z.enum(['hold', 'revoke']).default('hold'),
});

/** The shape of a rules document (one per tenant). What a shape cannot say is checked by rules/validate-document.ts. */
export const rulesDocumentSchema = z.strictObject({
  $schema: z.string().optional(),
  roles: z.array(role).max(1000),
  businessFunctions: z.array(businessFunction).max(5000).default([]),
  teams: z.array(named).max(5000).default([]),
  permissions: z.array(named).max(5000).default([]),
  rules: z.array(rule).max(2000),
  groups: z.array(groupSwitch).max(2000).default([]).describe('Groups that are switched off, whatever rule maps them.'),
  conflicts: z
    .array(conflict)
    .max(500)
    .default([])
    .describe('Separation of duties, checked on what is held in effect.'),
  roleResolution: z.enum(['union', 'strongest']).default('union'),
  defaultRole: entitlementId.nullable().default(null),
  disabledAccounts: z.enum(['suspend', 'keep']).default('suspend'),
  guests: z.union([z.enum(['include', 'exclude'])]).default('exclude'),
  holds: holds.default({ lossPercent: 20, lossMinimum: 10, windowHours: 24, groupDeleted: 'hold' }),
});

export type RulesDocument = z.infer<typeof rulesDocumentSchema>;
export type MappingRule = RulesDocument['rules'][number];
export type Grants = MappingRule['grants'];
export type ConflictRule = RulesDocument['conflicts'][number];
export type HoldPolicy = RulesDocument['holds'];

/** The list in `grants` that holds ids of each entitlement kind. */
export const grantLists = {
  role: 'roles',
  businessFunction: 'businessFunctions',
  team: 'teams',
  permission: 'permissions',
} as const satisfies Record<(typeof entitlementKinds)[number], keyof Grants>;
