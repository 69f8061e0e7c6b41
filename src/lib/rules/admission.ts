import type { ActiveRules } from '../model/active-rules.ts';
import type { MappingRule } from '../model/rules-document.ts';

/**
 * Who may be bound anew. A pattern that is new in a document gets every group that matches; one that stands in the rules before
 * gets those whose ids a person names, because anybody may have created a group of that name since. `protectedOnly`: nobody was
 * asked, so only those come in that a rule lets in by itself (`"pin": "protected"`).
 */
export type Admission = 'protectedOnly' | { readonly admit: readonly string[] };

/** Nobody waits to be let in, or nobody who waits is named. */
export const admitNobody: Admission = { admit: [] };

/** Whether a group that matches a rule's pattern comes in. */
export function admittance(
  admission: Admission,
  previous: ActiveRules | undefined,
): (rule: MappingRule, groupId: string) => boolean {
  if (admission === 'protectedOnly') return () => false;
  const named = new Set(admission.admit);
  const stood = new Set(previous?.document.rules.map(patternKey));
  return (rule, groupId) => !stood.has(patternKey(rule)) || named.has(groupId);
}

/** The same for rules whose patterns are bound to the same groups. */
export function patternKey({ group, where = {} }: MappingRule): string {
  return JSON.stringify([group.displayNamePattern, Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
