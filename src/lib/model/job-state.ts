import { z } from 'zod';

/**
 * Where a job stands: stored in its row at each checkpoint, parsed when the row is read. One schema per kind; a job's row is
 * the only place that knows how far it came, so a crash costs the work since the last checkpoint and nothing else.
 */
const link = z.string().max(16_000).optional();

/** One delta stream. `deltaLink` ends the last complete round; `nextLink` is inside a round. */
const sweepState = z.object({
  kind: z.literal('sweep'),
  /** Groups baked into the link (groups stream only), at most 50. */
  groupIds: z.array(z.guid()).optional(),
  deltaLink: link,
  nextLink: link,
  /** When the stored delta link was obtained: it dies after 7 days. */
  linkDateTime: z.iso.datetime().optional(),
  /** Merged into another shard: read to the end of a round that begins a replication lag later, then removed. */
  retiring: z.boolean().optional(),
  /** Since when; rows that were retired before this was kept have none, and are long past the lag. */
  retiredDateTime: z.iso.datetime().optional(),
});

/** Comparison of every mapped group that the named group is, or is nested in. */
const expandState = z.object({
  kind: z.literal('expand'),
  remaining: z.array(z.guid()).optional(),
  /** The look a replication lag later, which asks for no further one. */
  second: z.boolean().optional(),
});

export const fullSyncSteps = ['groups', 'users', 'decide', 'derived', 'done'] as const;
const fullSyncState = z.object({
  kind: z.literal('fullSync'),
  step: z.enum(fullSyncSteps),
  /** Groups still to compare in step `groups`. */
  remaining: z.array(z.guid()).optional(),
  /** Groups that could not be compared: tried again when everything else is done; in `done` those that failed again. */
  failed: z.array(z.guid()).optional(),
  /** Everything else is done, and `remaining` is tried for the second and last time. */
  retry: z.boolean().optional(),
  /** The group at which the job waits for an outage to pass, and how often it has. */
  waited: z.strictObject({ groupId: z.guid(), times: z.int().min(1) }).optional(),
  /** Last user id handled in steps `decide` and `derived`. */
  after: z.string().optional(),
  startedDateTime: z.iso.datetime().optional(),
});

const activateState = z.object({
  kind: z.literal('activate'),
  step: z.enum(['switch', 'decide', 'expand', 'done']),
  version: z.int().min(1),
  after: z.string().optional(),
});

const renewState = z.object({ kind: z.literal('renew') });

export const jobStateSchema = z.discriminatedUnion('kind', [
  sweepState,
  expandState,
  fullSyncState,
  activateState,
  renewState,
]);
export type JobState = z.infer<typeof jobStateSchema>;
export type SweepState = z.infer<typeof sweepState>;
export type ExpandState = z.infer<typeof expandState>;
export type FullSyncState = z.infer<typeof fullSyncState>;
export type ActivateState = z.infer<typeof activateState>;
