import { z } from 'zod';
import type { entitlementKinds } from './access.ts';

const entitlementId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)
  .describe('Letters, digits and . _ : - ; at most 128 characters.');
const ruleId = entitlementId;
const scope = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)
  .describe('Where an entitlement applies, for example legal-entity:USMF.');
const displayName = z.string().min(1).max(256);
const period = z.enum(['second', 'minute', 'hour', 'day', 'month']);

const grants = z
  .strictObject({
    roles: z.array(entitlementId).optional(),
    businessFunctions: z.array(entitlementId).optional(),
    teams: z.array(entitlementId).optional(),
    permissions: z.array(entitlementId).optional(),
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
  })
  .describe('The group the rule maps.');

const rule = z.strictObject({
  id: ruleId,
  group,
  membership: z.enum(['transitive', 'direct']).optional().describe('Default transitive: nested members count.'),
  grants,
  scopes: z.array(scope).max(100).optional().describe('None: everywhere.'),
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
  roleResolution: z.enum(['union', 'strongest']).default('union'),
  defaultRole: entitlementId.nullable().default(null),
  disabledAccounts: z.enum(['suspend', 'keep']).default('suspend'),
  guests: z.union([z.enum(['include', 'exclude'])]).default('exclude'),
  holds: holds.default({ lossPercent: 20, lossMinimum: 10, windowHours: 24, groupDeleted: 'hold' }),
});

export type RulesDocument = z.infer<typeof rulesDocumentSchema>;
export type MappingRule = RulesDocument['rules'][number];
export type Grants = MappingRule['grants'];
export type RoleDefinition = RulesDocument['roles'][number];
export type HoldPolicy = RulesDocument['holds'];

/** The list in `grants` that holds ids of each entitlement kind. */
export const grantLists = {
  role: 'roles',
  businessFunction: 'businessFunctions',
  team: 'teams',
  permission: 'permissions',
} as const satisfies Record<(typeof entitlementKinds)[number], keyof Grants>;
