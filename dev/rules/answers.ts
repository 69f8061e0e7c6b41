import { z } from 'zod';
import { entitlementKinds } from '../../src/lib/model/access.ts';

/** Rolecall's answers, as far as they are shown; everything else of them goes on to `--json`. */

const scopes = { scopes: z.array(z.string()), exceptScopes: z.array(z.string()).optional() };
const identity = {
  userId: z.string(),
  displayName: z.string().optional(),
  userPrincipalName: z.string().optional(),
};

export const scopedSchema = z.looseObject({ kind: z.enum(entitlementKinds), id: z.string(), ...scopes });

export const sourceSchema = z.looseObject({
  origin: z.enum(['group', 'exception', 'default']),
  ruleId: z.string().optional(),
  groupId: z.string().optional(),
  groupName: z.string().optional(),
  exceptionId: z.string().optional(),
});

export const assignmentSchema = scopedSchema.extend({
  sources: z.array(sourceSchema),
  pendingSince: z.string().optional(),
});

export const differenceSchema = z.looseObject({
  gained: z.array(assignmentSchema),
  lost: z.array(assignmentSchema),
  changed: z.array(z.looseObject({ before: assignmentSchema, after: assignmentSchema })),
});

export const conflictSchema = z.looseObject({
  conflictId: z.string(),
  roles: z.array(z.string()),
  ...scopes,
  action: z.enum(['report', 'withhold']),
});

export const groupInfoSchema = z.looseObject({
  kind: z.enum(['microsoft365', 'security', 'mailEnabledSecurity', 'distribution']),
  dynamic: z.boolean(),
  onPremisesSynced: z.boolean(),
  roleAssignable: z.boolean(),
  hiddenMembership: z.boolean(),
});

export const faultsSchema = z.looseObject({
  faults: z.array(z.looseObject({ path: z.string(), fault: z.string(), remedy: z.string() })),
});

export const warningsSchema = z.array(z.looseObject({ path: z.string(), warning: z.string(), remedy: z.string() }));

export const userPreviewSchema = differenceSchema.extend({
  ...identity,
  state: z.string(),
  stateBefore: z.string().optional(),
  newConflicts: z.array(conflictSchema),
  loses: z.boolean(),
  gains: z.boolean(),
});
export type UserPreview = z.infer<typeof userPreviewSchema>;

const groupPreviewSchema = z.looseObject({
  groupId: z.string(),
  displayName: z.string(),
  state: z.enum(['present', 'unknown']),
  info: groupInfoSchema.optional(),
  ruleIds: z.array(z.string()),
  parts: z.record(z.string(), z.string()).optional(),
  unread: z.enum(['membership', 'directness']).optional(),
  members: z
    .looseObject({ inDirectory: z.number(), recorded: z.number(), missing: z.number(), unauthorized: z.number() })
    .optional(),
});
export type GroupPreview = z.infer<typeof groupPreviewSchema>;

export const previewSchema = z.looseObject({
  activeVersion: z.number(),
  fresh: z.boolean(),
  counts: z.looseObject({
    recorded: z.number(),
    losers: z.number(),
    gainers: z.number(),
    affected: z.number(),
    withNewConflicts: z.number(),
  }),
  users: z.array(userPreviewSchema),
  complete: z.boolean(),
  rules: z.array(
    z.looseObject({
      ruleId: z.string(),
      users: z.number(),
      effect: z.enum(['decides', 'neverDecides', 'nobody', 'unread', 'noGroup', 'off']),
    }),
  ),
  groups: z.array(groupPreviewSchema),
  unmappedGroups: z.array(z.looseObject({ groupId: z.string(), displayName: z.string() })),
  warnings: warningsSchema,
});
export type Preview = z.infer<typeof previewSchema>;

const versionSchema = z.looseObject({
  version: z.number(),
  author: z.string(),
  createdDateTime: z.string(),
  restores: z.number().optional(),
  inForce: z.boolean(),
});
export const versionsSchema = z.looseObject({ versions: z.array(versionSchema) });

export const rulesSchema = versionSchema.extend({
  activation: z.string().optional(),
  document: z.looseObject({}),
});

export const publishedSchema = z.looseObject({ version: z.number(), losers: z.number(), warnings: warningsSchema });
