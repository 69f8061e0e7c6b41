import type { z } from 'zod';
import type { ActiveRules, Pin } from '../../src/lib/model/active-rules.ts';
import { type MappingRule, rulesDocumentSchema } from '../../src/lib/model/rules-document.ts';
import { at } from './times.ts';

type DocumentInput = z.input<typeof rulesDocumentSchema>;
type RuleInput = DocumentInput['rules'][number];

export const alpha = groupId('a');
export const beta = groupId('b');
export const gamma = groupId('c');
export const delta = groupId('d');

/** A group id that is easy to tell from others. */
export function groupId(letter: string): string {
  return `${letter.repeat(8)}-0000-4000-8000-000000000000`;
}

/** A mapping rule: whoever is in the group gets the roles, or what `grants` says. */
export function rule(
  id: string,
  group: string,
  gives: readonly string[] | RuleInput['grants'],
  special: Partial<RuleInput> = {},
): RuleInput {
  return { id, group: { id: group }, grants: isList(gives) ? { roles: [...gives] } : gives, ...special };
}

/** A rule with a pattern; what it matches is said in `matches` of `rulesOf`. */
export function patternRule(
  id: string,
  displayNamePattern: string,
  gives: readonly string[] | RuleInput['grants'],
  special: Partial<RuleInput> = {},
): RuleInput {
  return { ...rule(id, '', gives, special), group: { displayNamePattern } };
}

/** A group that a rule with a pattern matched, with the values of its named parts. */
export interface Match {
  readonly groupId: string;
  readonly parts: Readonly<Record<string, string>>;
}

/** What may differ in the rules of a test beside its mapping rules. */
export interface RulesSpecial extends Partial<Omit<DocumentInput, 'rules'>> {
  readonly version?: number;
  /** Since when every group is mapped; long before `at(0)` unless given. */
  readonly mappedSince?: string;
  /** The same for directness. */
  readonly directSince?: string;
  /** Display names by group id. */
  readonly names?: Readonly<Record<string, string>>;
  /** By rule id, what rules with a pattern matched. */
  readonly matches?: Readonly<Record<string, readonly Match[]>>;
}

/**
 * Rules in force: roles admin (1, privileged), manager (5), user (10), each rule pinned to its group or to what its pattern
 * matched. Functions, teams and permissions that rules name are defined unless the test defines its own.
 */
export function rulesOf(rules: readonly RuleInput[], special: RulesSpecial = {}): ActiveRules {
  const { version = 1, mappedSince = at(-10_000), directSince = mappedSince, ...others } = special;
  const { names = {}, matches = {}, ...properties } = others;
  const document = rulesDocumentSchema.parse({
    businessFunctions: named(rules, 'businessFunctions'),
    teams: named(rules, 'teams'),
    permissions: named(rules, 'permissions'),
    roles: [
      { id: 'admin', precedence: 1, privileged: true },
      { id: 'manager', precedence: 5 },
      { id: 'user', precedence: 10 },
    ],
    ...properties,
    rules,
  });
  const bound = document.rules.flatMap((one): readonly Bound[] =>
    one.group.id === undefined
      ? (matches[one.id] ?? []).map((match) => ({ one, ...match }))
      : [{ one, groupId: one.group.id }],
  );
  const isDirect = ({ one }: Bound): boolean => one.membership === 'direct' && one.enabled !== false;
  const direct = new Set(bound.filter(isDirect).map(({ groupId: id }) => id));
  const pins = bound.map(({ one, groupId: id, parts }): Pin => {
    const since = { mappedSince, ...(direct.has(id) ? { directSince } : {}) };
    const displayName = names[id] ?? `Group ${id.slice(0, 1)}`;
    return { ruleId: one.id, groupId: id, displayName, ...since, ...(parts === undefined ? {} : { parts }) };
  });
  return { version, document, pins };
}

interface Bound {
  readonly one: MappingRule;
  readonly groupId: string;
  readonly parts?: Readonly<Record<string, string>>;
}

/** Definitions of everything of a kind that rules name. */
function named(
  rules: readonly RuleInput[],
  list: 'businessFunctions' | 'teams' | 'permissions',
): readonly { readonly id: string }[] {
  const grants = rules.flatMap(({ grants: gives, guests }) =>
    typeof guests === 'object' ? [gives, guests.grants] : [gives],
  );
  const ids = new Set(grants.flatMap((gives) => gives[list] ?? []).filter((id) => !id.includes('{')));
  return [...ids].map((id) => ({ id }));
}

function isList(gives: readonly string[] | RuleInput['grants']): gives is readonly string[] {
  return Array.isArray(gives);
}
