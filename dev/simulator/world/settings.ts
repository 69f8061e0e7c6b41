import { z } from 'zod';

/** Switches of the simulated directory, login and Graph; every one has a test that fails when it is ignored. */
export const settingsSchema = z.strictObject({
  /** Lifetime of access tokens from now on. */
  tokenLifetimeSeconds: z.int().positive(),
  /** What listing a hidden membership gives without Member.Read.Hidden; Microsoft does not say, so all three exist. */
  hiddenMembership: z.enum(['empty', 'forbidden', 'idsOnly']),
  /** How late grants and revocations show in `appRoleAssignments`; tokens have them at once. */
  appRoleAssignmentDelaySeconds: z.number().min(0),
  /** Groups that Exchange, a rule or an on-premises directory owns refuse changes through Graph. */
  readOnlyGroups: z.boolean(),
  /** How long a page link of a listing works. */
  pageTokenSeconds: z.number().min(0),
  /** Enforce the resource unit and write limits. */
  throttling: z.boolean(),
  /** Resource units per 10 seconds, app and tenant; null takes the size class of the tenant. */
  unitsPerTenSeconds: z.number().positive().nullable(),
  /** Writes per 150 seconds, app and tenant. */
  writesPerWindow: z.number().positive(),
  /** Chance of a 429 below any limit. */
  randomThrottleProbability: z.number().min(0).max(1),
  /** `Retry-After` of such a random 429, in seconds. */
  randomRetryAfterSeconds: z.number().min(0),
});

export type SimulatorSettings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Readonly<SimulatorSettings> = {
  tokenLifetimeSeconds: 3599,
  hiddenMembership: 'empty',
  appRoleAssignmentDelaySeconds: 0,
  readOnlyGroups: true,
  pageTokenSeconds: 300,
  throttling: true,
  unitsPerTenSeconds: null,
  writesPerWindow: 3000,
  randomThrottleProbability: 0,
  randomRetryAfterSeconds: 10,
};
