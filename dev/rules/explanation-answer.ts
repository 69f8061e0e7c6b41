import { z } from 'zod';
import { wayConditions } from '../../src/lib/plan/why-not.ts';
import {
  assignmentSchema,
  conflictSchema,
  differenceSchema,
  scopedSchema,
  sourceSchema,
  userPreviewSchema,
  warningsSchema,
} from './answers.ts';
import { descriptionSchema } from './group-answers.ts';

/** Rolecall's explanation of one user, as far as it is shown. */

const loserSchema = scopedSchema.extend({
  sources: z.array(sourceSchema),
  reason: z.enum(['outranked', 'denied', 'conflict']),
  by: z.string(),
});

const closedWaySchema = sourceSchema.extend({
  failed: z.enum(wayConditions),
});
export type ClosedWay = z.infer<typeof closedWaySchema>;

const entitlementSchema = z.looseObject({
  kind: scopedSchema.shape.kind,
  id: z.string(),
  held: assignmentSchema.optional(),
  whyNot: z.string().optional(),
  given: z.array(scopedSchema.extend({ source: sourceSchema, pendingSince: z.string().optional() })),
  taken: z.array(loserSchema),
  closed: z.array(closedWaySchema),
});
export type ExplainedEntitlement = z.infer<typeof entitlementSchema>;

const namedGroupSchema = z.looseObject({ groupId: z.string(), displayName: z.string() });

const describedGroupSchema = namedGroupSchema.extend(descriptionSchema.partial().shape);
export type DescribedGroup = z.infer<typeof describedGroupSchema>;

const membershipSchema = namedGroupSchema.extend({
  since: z.string(),
  pendingSince: z.string().optional(),
  path: z.array(namedGroupSchema).optional(),
});
export type Membership = z.infer<typeof membershipSchema>;

/** What `decide` makes of facts, entitlement by entitlement. */
export const explainedSchema = z.looseObject({
  state: z.enum(['active', 'suspended', 'removed']),
  conflicts: z.array(conflictSchema),
  entitlements: z.array(entitlementSchema),
});

const triedOutSchema = differenceSchema.extend({
  kind: z.enum(['joined', 'left']),
  groupId: z.string(),
  watched: z.boolean(),
  moot: z.enum(['alreadyDirect', 'notDirect']).optional(),
  exact: z.boolean(),
  heldBy: z.array(z.string()),
});
export type TriedOut = z.infer<typeof triedOutSchema>;

export const exceptionSchema = z.looseObject({
  id: z.string(),
  effect: z.enum(['grant', 'deny', 'scopes']),
  entitlement: z.looseObject({ kind: z.string(), id: z.string() }),
  scopes: z.array(z.string()),
  reason: z.string(),
  approver: z.string(),
  startDateTime: z.string(),
  endDateTime: z.string().optional(),
  closedDateTime: z.string().optional(),
  /** As an explanation says it. */
  inEffect: z.boolean().optional(),
  /** As a list says it. */
  status: z.enum(['scheduled', 'inEffect', 'ended', 'closed']).optional(),
});
export type ShownException = z.infer<typeof exceptionSchema>;

export const explanationSchema = explainedSchema.extend({
  userId: z.string(),
  displayName: z.string().optional(),
  userPrincipalName: z.string().optional(),
  rulesVersion: z.number(),
  basis: z.enum(['record', 'directory', 'nothing']),
  upToDate: z.boolean(),
  directory: z.enum(['found', 'deleted', 'group', 'absent', 'unreachable']),
  account: z.looseObject({ state: z.string(), type: z.string(), pendingSince: z.string().optional() }).optional(),
  memberships: z.array(membershipSchema),
  groups: z.array(describedGroupSchema),
  exceptions: z.array(exceptionSchema),
  notes: z.array(
    z.looseObject({
      note: z.enum(['noMail', 'groupEmpty', 'groupMissing', 'groupDeleted', 'groupHidden']),
      groupId: z.string().optional(),
    }),
  ),
  triedOut: triedOutSchema.optional(),
});
export type ExplanationAnswer = z.infer<typeof explanationSchema>;

/** A document tried on one user. */
export const oneUserSchema = z.looseObject({
  userId: z.string(),
  displayName: z.string().optional(),
  userPrincipalName: z.string().optional(),
  directory: z.enum(['found', 'deleted', 'group', 'absent']),
  accountEnabled: z.boolean().optional(),
  userType: z.string().optional(),
  groups: z.array(describedGroupSchema.extend({ direct: z.boolean().optional() })),
  otherGroups: z.number(),
  rulesWait: z.boolean(),
  changes: userPreviewSchema.optional(),
  explanation: explainedSchema,
  warnings: warningsSchema,
});
export type OneUserAnswer = z.infer<typeof oneUserSchema>;
