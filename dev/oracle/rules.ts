import { z } from 'zod';

const ids = z.array(z.string()).default([]);
const grants = z.looseObject({ roles: ids, businessFunctions: ids, teams: ids, permissions: ids });

/** A rules document as the oracle reads it: only what decides who holds what, with the documented defaults. */
const rulesSchema = z.looseObject({
  roles: z.array(z.looseObject({ id: z.string(), precedence: z.number() })).default([]),
  rules: z.array(
    z.looseObject({
      id: z.string(),
      group: z.looseObject({ id: z.string().optional(), displayName: z.string().optional() }),
      membership: z.enum(['transitive', 'direct']).default('transitive'),
      grants,
      scopes: ids,
      guests: z.union([z.enum(['include', 'exclude']), z.looseObject({ grants })]).optional(),
      enabled: z.boolean().default(true),
    }),
  ),
  roleResolution: z.enum(['union', 'strongest']).default('union'),
  defaultRole: z.string().nullable().default(null),
  disabledAccounts: z.enum(['suspend', 'keep']).default('suspend'),
  guests: z.enum(['include', 'exclude']).default('exclude'),
});
export type OracleRules = z.infer<typeof rulesSchema>;
export type OracleRule = OracleRules['rules'][number];
export type OracleGrants = z.infer<typeof grants>;

/** Parses the JSON of a rules document. */
export function readRules(document: unknown): OracleRules {
  return rulesSchema.parse(document);
}

/** The group of each enabled rule, by rule id. A rule that names its group needs its pin; without one it maps nothing. */
export function mappedGroups(rules: OracleRules, pins: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const rule of rules.rules) {
    const groupId = rule.group.id ?? pins.get(rule.id);
    if (rule.enabled && groupId !== undefined) groups.set(rule.id, groupId.toLowerCase());
  }
  return groups;
}
