import { z } from 'zod';

const ids = z.array(z.string()).default([]);
const grants = z.looseObject({ roles: ids, businessFunctions: ids, teams: ids, permissions: ids });

const definitions = z.array(z.looseObject({ id: z.string() })).default([]);

/** A rules document as the oracle reads it: only what decides who holds what, with the documented defaults. */
const rulesSchema = z.looseObject({
  roles: z.array(z.looseObject({ id: z.string(), precedence: z.number() })).default([]),
  businessFunctions: definitions,
  teams: definitions,
  permissions: definitions,
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
  groups: z.array(z.looseObject({ id: z.string(), enabled: z.boolean() })).default([]),
  conflicts: z
    .array(
      z.looseObject({
        id: z.string(),
        roles: z.array(z.string()),
        scope: z.enum(['same', 'any']).default('same'),
        action: z.enum(['report', 'withhold']).default('report'),
      }),
    )
    .default([]),
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

/** A pin as it is stored with the rules in force. */
export interface OraclePin {
  readonly ruleId: string;
  readonly groupId: string;
  /** Since when some rule has mapped the group without a gap: what was known before does not count. */
  readonly mappedSince?: string | undefined;
  /** The same for being directly in it, while some rule asks for that. */
  readonly directSince?: string | undefined;
  readonly parts?: Readonly<Record<string, string>> | undefined;
}

/** A rule at one group, with its grants and scopes as they are there. */
export interface Mapping {
  readonly rule: OracleRule;
  readonly groupId: string;
  /** Puts the values of the named parts into an id. */
  readonly fill: (template: string) => string;
}

/**
 * Every group that an enabled rule maps and that is not switched off. A rule that names its group, exactly or by a pattern, needs
 * its pins; without one it maps nothing.
 */
export function mappings(rules: OracleRules, pins: readonly OraclePin[]): readonly Mapping[] {
  const off = rules.groups.filter(({ enabled }) => !enabled).map(({ id }) => id.toLowerCase());
  return rules.rules.flatMap((rule) => {
    const own = pins.filter(({ ruleId }) => ruleId === rule.id);
    const groups: readonly Omit<OraclePin, 'ruleId'>[] =
      rule.group.id === undefined ? own : [{ groupId: rule.group.id }];
    return groups
      .map(({ groupId, parts = {} }) => ({ rule, groupId: groupId.toLowerCase(), fill: filler(parts) }))
      .filter(({ groupId }) => rule.enabled && !off.includes(groupId));
  });
}

function filler(parts: Readonly<Record<string, string>>): Mapping['fill'] {
  return (template) =>
    Object.entries(parts).reduce((text, [name, value]) => text.split(`{${name}}`).join(value), template);
}
