import { z } from 'zod';

/** Who published a rules document, and why: stored beside it, never changed. */
export const rulesVersionSchema = z.object({
  version: z.int().min(1),
  /** The person or app. */
  author: z.string(),
  createdDateTime: z.string(),
  /** Id of the operation that published it; its audit entries name it, too. */
  causeId: z.string().default(''),
  /** The version whose content it repeats, when it was a rollback. */
  restores: z.int().min(1).exactOptional(),
});
export type RulesVersion = Readonly<z.infer<typeof rulesVersionSchema>>;

/** What the store is told about a version; it knows the rest. */
export type Publication = Pick<RulesVersion, 'author' | 'causeId' | 'restores'>;
