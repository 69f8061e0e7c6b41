import { parsePattern } from '../model/name-pattern.ts';
import type { DraftRule } from './draft-document.ts';
import { type Fault, faultAt, type Path } from './fault.ts';

const guidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with the way a rule names its group: by id, by exact name, or by a pattern, and by one of them only. */
export function groupFaults(rule: DraftRule, path: Path): readonly Fault[] {
  return [...nameFaults(rule, [...path, 'group']), ...patternFaults(rule, path)];
}

function nameFaults({ group }: DraftRule, path: Path): readonly Fault[] {
  if (!group) return [];
  const { id, displayName, displayNamePattern: pattern, pin } = group;
  const faults: Fault[] = [];
  if (id === undefined && displayName === undefined && pattern === undefined) {
    const remedy = 'give its object id as id, its exact name as displayName, or a displayNamePattern';
    return [faultAt(path, 'names no group', remedy)];
  }
  if (isGiven(pattern) && (isGiven(id) || isGiven(displayName))) {
    const other = isGiven(id) ? 'an object id' : 'an exact name';
    faults.push(faultAt([...path, 'displayNamePattern'], `a pattern beside ${other}`, 'keep one of the two'));
  }
  if (id === undefined && isGiven(displayName) && guidShape.test(displayName)) {
    faults.push(faultAt([...path, 'displayName'], 'an object id given as a name', 'give it as id'));
  }
  if (isGiven(pin) && isGiven(id)) {
    faults.push(faultAt([...path, 'pin'], 'an object id is one group, and no other matches it', 'remove pin'));
  }
  return faults;
}

function patternFaults({ group, where }: DraftRule, path: Path): readonly Fault[] {
  if (!group || group.displayNamePattern === null) return [];
  if (group.displayNamePattern === undefined) {
    if (!isGiven(where)) return [];
    const remedy = 'give a displayNamePattern, or remove where';
    return [faultAt([...path, 'where'], 'speaks of named parts, and the rule has no pattern', remedy)];
  }
  const pattern = parsePattern(group.displayNamePattern);
  if ('fault' in pattern) {
    return [faultAt([...path, 'group', 'displayNamePattern'], pattern.fault, pattern.remedy)];
  }
  return Object.keys(where ?? {})
    .filter((name) => !pattern.parts.includes(name))
    .map((name) =>
      faultAt([...path, 'where', name], `the pattern has no part {${name}}`, `use ${known(pattern.parts)}`),
    );
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

/** Named parts that a rule's grants and scopes may take; undefined: its pattern has a fault of its own, or can't be read. */
export function partsOf({ group }: DraftRule): readonly string[] | undefined {
  if (!group || group.displayNamePattern === null) return undefined;
  if (group.displayNamePattern === undefined) return [];
  const pattern = parsePattern(group.displayNamePattern);
  return 'fault' in pattern ? undefined : pattern.parts;
}

/** The parts for a sentence: `{Env}, {Role}`. */
export function known(parts: readonly string[]): string {
  return parts.map((name) => `{${name}}`).join(', ');
}
