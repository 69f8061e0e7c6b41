/** Values of a pattern's named parts, by name. */
export type Parts = Readonly<Record<string, string>>;

/** A piece of a pattern: text that must stand there, or a named part. */
type Piece = { readonly text: string } | { readonly part: string };

/** A pattern for display names of groups, such as `Profisee{Env}_{Role}`. */
export interface NamePattern {
  readonly pieces: readonly Piece[];
  /** Names of the parts, in order. */
  readonly parts: readonly string[];
}

/** Why a text is no pattern, and what would be right. */
export interface PatternFault {
  readonly fault: string;
  readonly remedy: string;
}

const piece = /\{([^{}]*)\}|[{}]|[^{}]+/g;
const partName = /^[A-Za-z][A-Za-z0-9]{0,31}$/;
const partCharacter = /[A-Za-z0-9-]/;

/** Reads a pattern: text with named parts in braces. Two parts are never side by side, and no name stands twice. */
export function parsePattern(text: string): NamePattern | PatternFault {
  const pieces: Piece[] = [];
  const parts: string[] = [];
  for (const [whole, name] of text.matchAll(piece)) {
    if (name === undefined && /[{}]/.test(whole)) {
      return { fault: 'a brace without its partner', remedy: 'write a named part in braces: {Role}' };
    }
    if (name === undefined) {
      pieces.push({ text: whole });
      continue;
    }
    if (!partName.test(name)) {
      return { fault: `'${name}' can not be the name of a part`, remedy: 'use letters and digits, a letter first' };
    }
    if (parts.includes(name))
      return { fault: `the part {${name}} stands twice`, remedy: 'give each part its own name' };
    const before = pieces.at(-1);
    if (before !== undefined && 'part' in before) {
      const fault = `nothing tells where {${before.part}} ends and {${name}} begins`;
      return { fault, remedy: 'put the text between them that the names have, for example _' };
    }
    pieces.push({ part: name });
    parts.push(name);
  }
  if (parts.length === 0) return { fault: 'has no named part', remedy: 'give an exact name as displayName' };
  if (parts.length === pieces.length) {
    return { fault: 'would match every name', remedy: 'add the text that the names have in common' };
  }
  return { pieces, parts };
}

/**
 * The parts of a name that the pattern matches as a whole, capitals counting; undefined when it does not. A part is one or more
 * letters, digits or hyphens, the first part as short as it can be, then the second. A place that led nowhere is not tried
 * twice, so the time is bounded whatever the name.
 */
export function matchName({ pieces }: NamePattern, name: string): Parts | undefined {
  const deadEnds = new Set<string>();
  const matchFrom = (index: number, start: number): Parts | undefined => {
    const next = pieces[index];
    if (next === undefined) return start === name.length ? {} : undefined;
    if ('text' in next) {
      return name.startsWith(next.text, start) ? matchFrom(index + 1, start + next.text.length) : undefined;
    }
    const place = `${index}:${start}`;
    if (deadEnds.has(place)) return undefined;
    for (let end = start + 1; partCharacter.test(name.charAt(end - 1)); end += 1) {
      const rest = matchFrom(index + 1, end);
      if (rest !== undefined) return { [next.part]: name.slice(start, end), ...rest };
    }
    deadEnds.add(place);
    return undefined;
  };
  return matchFrom(0, 0);
}

/** Whether parts have the values that a rule asks for. */
export function hasParts(parts: Parts, wanted: Parts = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => Object.hasOwn(parts, name) && parts[name] === value);
}
