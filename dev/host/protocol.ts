/** What the host process and its parent say to each other over IPC. Requests carry an id that their answer repeats. */
import { z } from 'zod';

/** How a host process is started; it reads this as JSON from the environment variable `hostOptionsVariable`. */
export const hostOptionsSchema = z.object({
  bundle: z.string(),
  /** Path of host.json. */
  hostJson: z.string(),
  port: z.number(),
  timerStatusFile: z.string().optional(),
});
export type HostProcessOptions = z.infer<typeof hostOptionsSchema>;
export const hostOptionsVariable = 'ROLECALL_HOST_OPTIONS';

export const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), id: z.number() }),
  z.object({ type: z.literal('prepareJump'), id: z.number(), milliseconds: z.number() }),
  z.object({ type: z.literal('run'), id: z.number(), name: z.string(), input: z.string().optional() }),
  z.object({ type: z.literal('stop'), id: z.number() }),
]);

export const statusSchema = z.object({
  inFlight: z.number(),
  quietFor: z.number(),
  functions: z.record(z.string(), z.object({ started: z.number(), succeeded: z.number(), failed: z.number() })),
});

export const startedSchema = z.object({
  type: z.literal('started'),
  url: z.string(),
  functionNames: z.array(z.string()),
});

export const answerSchema = z.object({ error: z.string().optional(), status: statusSchema.optional() });
