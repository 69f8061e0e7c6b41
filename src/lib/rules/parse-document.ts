import type { z } from 'zod';
import { type RulesDocument, rulesDocumentSchema } from '../model/rules-document.ts';
import { type Checked, type Fault, jsonPath, type Path } from './fault.ts';

/** A document that is given as JSON text or as a value, as a value. */
export function readJson(input: unknown): Checked<unknown> {
  if (typeof input !== 'string') return { ok: true, value: input };
  try {
    const value: unknown = JSON.parse(input);
    return { ok: true, value };
  } catch (error) {
    // The message quotes the text, line breaks included.
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : 'unreadable';
    return { ok: false, faults: [{ path: '$', fault: `not JSON: ${reason}`, remedy: 'write one JSON object' }] };
  }
}

/**
 * Checks the shape of a rules document, given as JSON text or as a value, and fills in its defaults. What a shape can't say
 * is left to meaning-faults.ts.
 */
export function parseDocument(input: unknown): Checked<RulesDocument> {
  const json = readJson(input);
  if (!json.ok) return json;
  const parsed = rulesDocumentSchema.safeParse(json.value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, faults: parsed.error.issues.flatMap((issue) => shapeFaults(issue, [])) };
}

type Issue = z.core.$ZodIssue;

function shapeFaults(issue: Issue, above: readonly PropertyKey[]): readonly Fault[] {
  const path = [...above, ...issue.path];
  const at = (fault: string, remedy: string): Fault => ({ path: jsonPath(path), fault, remedy });
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: jsonPath([...path, key]),
        fault: 'not a property of a rules document',
        remedy: 'remove it or correct its name; config/rules.schema.json lists what is known',
      }));
    case 'invalid_type': {
      const wanted = issue.expected === 'int' ? 'a whole number' : withArticle(issue.expected);
      return [
        issue.message.endsWith('undefined') ? at('missing', `add ${wanted}`) : at(plain(issue), `give ${wanted}`),
      ];
    }
    case 'invalid_union':
      return unionFaults(issue, path, at);
    case 'invalid_value':
      return [at('not one of the known values', `use one of ${issue.values.map(String).join(', ')}`)];
    case 'too_small':
      return [at(plain(issue), `at least ${issue.minimum}`)];
    case 'too_big':
      return [at(plain(issue), `at most ${issue.maximum}`)];
    case 'invalid_format':
      return [at(...formatAdvice(issue.format, path))];
    case 'invalid_key':
      return [at('not the name of a part', 'use the name that stands in braces in displayNamePattern')];
    default:
      return [at(plain(issue), 'see config/rules.schema.json')];
  }
}

/** Of a union's branches the one that came furthest says most; only a value of the wrong kind fails all of them at once. */
function unionFaults(
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
  at: (fault: string, remedy: string) => Fault,
): readonly Fault[] {
  const furthest = issue.errors.find((issues) => issues.some((inner) => inner.path.length > 0 || isUnknownKey(inner)));
  if (furthest !== undefined) return furthest.flatMap((inner) => shapeFaults(inner, path));
  const values = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  return [at('not one of the known values', `use ${values.map(String).join(', ')} or { "grants": … }`)];
}

/** The library's sentence without its heading. */
function plain({ message }: Issue): string {
  return message.replace(/^(Invalid input|Too small|Too big): /, '');
}

function isUnknownKey(issue: Issue): boolean {
  return issue.code === 'unrecognized_keys';
}

/** By the place, since a shape says only that a text does not fit. */
function formatAdvice(format: string, path: Path): readonly [fault: string, remedy: string] {
  if (format === 'guid') return ['not an object id', 'give the GUID that Entra ID shows as the object id'];
  if (path.at(-1) === 'currency') return ['not a currency', 'use its code of three capitals, for example EUR'];
  if (path.at(-2) === 'where') return ['not a value of a named part', 'use letters, digits and -'];
  const isTemplate = path.includes('grants') || path.includes('scopes');
  const parts = isTemplate ? ', and named parts of the displayNamePattern in braces' : '';
  return ['not an id', `use letters, digits and . _ : -${parts}; begin with a letter or digit; at most 128 characters`];
}

function withArticle(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
