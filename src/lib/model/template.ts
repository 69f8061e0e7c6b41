import type { Parts } from './name-pattern.ts';

const reference = /\{[^{}]*\}/g;

/** Names of the parts that a template takes: `Role` in `profisee-{Role}`; none for an id as it is. */
export function templateParts(template: string): readonly string[] {
  return (template.match(reference) ?? []).map((part) => part.slice(1, -1));
}

/** False when a brace stands without its partner. */
export function hasBalancedBraces(template: string): boolean {
  return !/[{}]/.test(template.replace(reference, ''));
}

/** The id that a template stands for, with the parts entered as they are; undefined when it takes a part that is not there. */
export function fillTemplate(template: string, parts: Parts = {}): string | undefined {
  const given = new Map(Object.entries(parts));
  if (!templateParts(template).every((name) => given.has(name))) return undefined;
  return template.replace(reference, (part) => String(given.get(part.slice(1, -1))));
}
