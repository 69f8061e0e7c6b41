import { z } from 'zod';
import { entitlementKinds } from './access.ts';
import { entitlementId } from './rules-document.ts';

const guid = z.guid().toLowerCase();

/** What an operator may ask for: one user or one group, now; with `dryRun` only what it would do. */
export const resyncSchema = z
  .strictObject({ userId: guid.optional(), groupId: guid.optional(), dryRun: z.boolean().default(false) })
  .refine(({ userId, groupId }) => (userId === undefined) !== (groupId === undefined), 'one of userId and groupId');
export type ResyncBody = z.infer<typeof resyncSchema>;

/** The approval of a hold. `through`: number of the last row of the list that the person read. */
export const approvalSchema = z.strictObject({ through: z.int().min(1) });

/** Groups that are to be bound to patterns they match, although the patterns stand already. */
const admit = z.array(guid).max(1000).default([]);

/**
 * A rules document to try. `fresh`: read the members of its groups, too. `userId`: only this user, on a fresh reading. What is in
 * the document is looked at later, fault by fault.
 */
export const previewSchema = z.strictObject({
  document: z.unknown().refine((document) => document !== undefined, 'missing'),
  fresh: z.boolean().default(false),
  userId: guid.optional(),
  admit,
});

/** How many users lose something, as the preview said it. */
const losers = z.int().min(0).optional();

/** A rules document to publish; what is in it is looked at later, fault by fault. */
export const publishSchema = z.strictObject({
  document: z.unknown().refine((document) => document !== undefined, 'missing'),
  losers,
  admit,
});

/** The version whose content is to be in force again. */
export const rollbackSchema = z.strictObject({ version: z.int().min(1), losers });

const text = (max: number) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());

const scopes = z
  .array(entitlementId, {
    error: ({ input }) =>
      input === undefined ? 'missing: name the scopes that replace those of rules; [] means everywhere' : undefined,
  })
  .max(20)
  .transform((given) => [...new Set(given)].sort());
const exceptionTerms = {
  entitlement: z.strictObject({ kind: z.enum(entitlementKinds), id: entitlementId }),
  reason: text(1000),
  approver: text(256),
  startDateTime: instant.exactOptional(),
  endDateTime: instant.exactOptional(),
};

/**
 * An exception as a person puts it. The entitlement and its scopes have the shape that rules give them. No scopes mean everywhere;
 * whose effect is `scopes` has to say even that, so that forgetting them never widens what rules give. Without a start it starts
 * when it is put; without an end it stays until it is closed.
 */
export const exceptionBodySchema = z.discriminatedUnion(
  'effect',
  [
    z.strictObject({ effect: z.enum(['grant', 'deny']), ...exceptionTerms, scopes: scopes.default([]) }),
    z.strictObject({ effect: z.literal('scopes'), ...exceptionTerms, scopes }),
  ],
  { error: 'give an object whose effect is grant, deny or scopes' },
);
export type ExceptionBody = z.infer<typeof exceptionBodySchema>;

/** The id of an exception, which the caller chooses. */
export const exceptionIdSchema = entitlementId;
