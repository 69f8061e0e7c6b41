import { z } from 'zod';

const querySchema = z.object({
  tenantId: z.string(),
  entitySet: z.enum(['groups', 'users']),
  /** The `$select` of the first call as it was written; null without one. */
  select: z.string().nullable(),
  /** The ids of the `$filter`; null tracks everything. */
  ids: z.array(z.string()).nullable(),
});

/** What a round tracks: baked into every link of its chain. */
export type DeltaQuery = z.infer<typeof querySchema>;

const deltaTokenSchema = z.object({
  query: querySchema,
  /** Number of the last change the chain has told. */
  since: z.number(),
  /** `since` of the round before, for replays. */
  previous: z.number(),
  /** Simulated time of issue, ms since the epoch. */
  at: z.number(),
  /** Counts the tokens of this simulator, so that all issued so far can be made invalid. */
  serial: z.number(),
});

/** The resume point inside a delta link. It needs no memory on the server, so it survives a restart. */
export type DeltaToken = z.infer<typeof deltaTokenSchema>;

const pageTokenSchema = z.object({ round: z.string(), page: z.number(), at: z.number(), retried: z.boolean() });

/** One page of a round the server remembers. */
export type PageToken = z.infer<typeof pageTokenSchema>;

/** Opaque text, as a client has to treat it. */
export function encodeToken(token: DeltaToken | PageToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function decode<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** The token, or `undefined` for text nobody issued. */
export function decodeDeltaToken(text: string): DeltaToken | undefined {
  return decode(deltaTokenSchema, text);
}

/** The token, or `undefined` for text nobody issued. */
export function decodePageToken(text: string): PageToken | undefined {
  return decode(pageTokenSchema, text);
}
