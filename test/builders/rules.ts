import type { z } from 'zod';
import type { ActiveRules, Pin } from '../../src/lib/model/active-rules.ts';
import { type MappingRule, rulesDocumentSchema } from '../../src/lib/model/rules-document.ts';
import { at } from './times.ts';

type DocumentInput = z.input<typeof rulesDocumentSchema>;
type RuleInput = DocumentInput['rules'][number];

export const alpha = groupId('a');
export const beta = groupId('b');
export const gamma = groupId('c');

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

/** What may differ in the rules of a test beside its mapping rules. */
export interface RulesSpecial extends Partial<Omit<DocumentInput, 'rules'>> {
  readonly version?: number;
  /** Since when every group is mapped; long before `at(0)` unless given. */
  readonly mappedSince?: string;
  /** The same for directness. */
  readonly directSince?: string;
  /** Display names by group id. */
  readonly names?: Readonly<Record<string, string>>;
}

/** Rules in force: roles admin (1, privileged), manager (5), user (10), each rule pinned to its group. */
export function rulesOf(rules: readonly RuleInput[], special: RulesSpecial = {}): ActiveRules {
  const { version = 1, mappedSince = at(-10_000), directSince = mappedSince, names = {}, ...properties } = special;
  const document = rulesDocumentSchema.parse({
    roles: [
      { id: 'admin', precedence: 1, privileged: true },
      { id: 'manager', precedence: 5 },
      { id: 'user', precedence: 10 },
    ],
    ...properties,
    rules,
  });
  const isDirect = (one: MappingRule): boolean => one.membership === 'direct' && one.enabled !== false;
  const direct = new Set(document.rules.filter(isDirect).map(({ group }) => group.id));
  const pins = document.rules.map((one): Pin => {
    const id = one.group.id ?? '';
    const since = direct.has(id) ? { directSince } : {};
    return { ruleId: one.id, groupId: id, displayName: names[id] ?? `Group ${id.slice(0, 1)}`, mappedSince, ...since };
  });
  return { version, document, pins };
}

function isList(gives: readonly string[] | RuleInput['grants']): gives is readonly string[] {
  return Array.isArray(gives);
}
