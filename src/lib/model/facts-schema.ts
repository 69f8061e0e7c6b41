import { z } from 'zod';
import type { AccountFact, Facts, GroupFact } from './facts.ts';

/**
 * Facts as they are stored. Loose on purpose: a field that a newer version wrote survives being read and written by an
 * older one, so two versions may run side by side during a deployment. Keys come in the order in which `learn` writes them:
 * recorded and learned facts are compared as JSON.
 */
const spell = z.looseObject({ in: z.boolean(), since: z.string(), pendingSince: z.string().exactOptional() });

export const groupFactSchema: z.ZodType<GroupFact> = z.looseObject({ member: spell, direct: spell.exactOptional() });

export const accountFactSchema: z.ZodType<AccountFact> = z.looseObject({
  state: z.enum(['enabled', 'disabled', 'deleted']),
  since: z.string(),
  pendingSince: z.string().exactOptional(),
  type: z.enum(['member', 'guest']),
  typeSince: z.string(),
});

export const factsSchema: z.ZodType<Facts> = z.looseObject({
  account: accountFactSchema.exactOptional(),
  groups: z.record(z.string(), groupFactSchema),
});
