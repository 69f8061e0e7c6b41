import { z } from 'zod';
import { parseTimeSpan } from './time-span.ts';

const milliseconds = z.string().transform((text, context) => {
  const span = parseTimeSpan(text);
  if (span !== undefined) return span;
  context.addIssue({ code: 'custom', message: `expected a time span such as "00:00:30", not "${text}"` });
  return z.NEVER;
});

const logLevel = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']));

/** Defaults and limits of Microsoft Learn, "Azure Queue storage trigger and bindings", host.json settings. */
const queuesSchema = z
  .object({
    maxPollingInterval: milliseconds.pipe(z.number().min(100)).default(60_000),
    visibilityTimeout: milliseconds.default(0),
    batchSize: z.coerce.number().int().min(1).max(32).default(16),
    newBatchThreshold: z.coerce.number().int().min(0).optional(),
    maxDequeueCount: z.coerce.number().int().min(1).default(5),
    messageEncoding: z.enum(['none', 'base64']).default('base64'),
  })
  .transform((queues) => ({ ...queues, newBatchThreshold: queues.newBatchThreshold ?? queues.batchSize / 2 }));

const hostJsonSchema = z.object({
  version: z.literal('2.0'),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queuesSchema.prefault({}),
    })
    .prefault({}),
  logging: z.object({ logLevel: z.object({ default: logLevel.default('information') }).prefault({}) }).prefault({}),
});

/** host.json as far as the local host obeys it; times in milliseconds. */
export type HostJson = z.infer<typeof hostJsonSchema>;
export type QueueOptions = HostJson['extensions']['queues'];

const overridePrefix = 'AzureFunctionsJobHost__';

/**
 * Reads host.json with its overrides: a setting `AzureFunctionsJobHost__extensions__queues__batchSize` wins over the
 * file. Throws one error that names every fault.
 */
export function parseHostJson(text: string, settings: Readonly<Record<string, string | undefined>>): HostJson {
  const content: unknown = JSON.parse(text);
  const root = z.record(z.string(), z.unknown()).parse(content);
  for (const [name, value] of Object.entries(settings)) {
    if (name.startsWith(overridePrefix)) override(root, name.slice(overridePrefix.length).split('__'), value);
  }
  const parsed = hostJsonSchema.safeParse(root);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`host.json is not valid:\n${faults.join('\n')}`);
}

function override(node: Record<string, unknown>, [head, ...rest]: string[], value: unknown): void {
  if (head === undefined) return;
  // Setting names are case-insensitive, so the name written in host.json wins.
  const name = Object.keys(node).find((key) => key.toLowerCase() === head.toLowerCase()) ?? head;
  if (rest.length === 0) {
    node[name] = value;
    return;
  }
  const child = z.record(z.string(), z.unknown()).catch({}).parse(node[name]);
  node[name] = child;
  override(child, rest, value);
}
