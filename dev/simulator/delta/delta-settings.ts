import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.number().int().min(1);

/** Switches of the delta queries. Shares and chances are 0 to 1. */
export const deltaSettingsSchema = z.strictObject({
  groupsPerPage: count,
  /** Members on one page over all its groups; a larger group goes on on the next page. */
  membersPerPage: count,
  usersPerPage: count,
  /** How long a delta link works, in days. */
  tokenLifetimeDays: z.number().positive(),
  /** Chance that an empty page comes before a page. */
  emptyPages: share,
  /** Chance that an object appears a second time, anywhere later in the round. */
  repeatedObjects: share,
  /** Chance that a round tells once more what the round before it told. */
  replays: share,
  /** Whether a first round also holds removals: deleted objects, and members that left while the log remembers. */
  removalsInFirstRound: z.boolean(),
  /** Whether the link out of a page that was asked for twice is refused. */
  refuseLinksOfRetriedPages: z.boolean(),
  /** Every page links to itself, as was reported once. */
  loopingPages: z.boolean(),
});

export type DeltaSettings = z.infer<typeof deltaSettingsSchema>;

/**
 * About 500 members on a page were observed; seven days are documented
 * (https://learn.microsoft.com/graph/delta-query-overview). Everything unpleasant is off until it is switched on.
 */
export const DEFAULT_DELTA_SETTINGS: Readonly<DeltaSettings> = {
  groupsPerPage: 100,
  membersPerPage: 500,
  usersPerPage: 200,
  tokenLifetimeDays: 7,
  emptyPages: 0,
  repeatedObjects: 0,
  replays: 0,
  removalsInFirstRound: false,
  refuseLinksOfRetriedPages: false,
  loopingPages: false,
};
