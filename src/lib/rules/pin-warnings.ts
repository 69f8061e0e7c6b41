import type { GroupAnswer } from '../model/directory.ts';
import type { MappingRule, RulesDocument } from '../model/rules-document.ts';
import { grantsAtPin } from '../plan/grants-at-pin.ts';
import { jsonPath, type Path, type Warning } from './fault.ts';
import type { BoundPin } from './pin-times.ts';

/** What is allowed about a document and its groups, and probably not meant. */
export function pinWarnings(
  document: RulesDocument,
  bound: readonly BoundPin[],
  answers: ReadonlyMap<string, GroupAnswer>,
): readonly Warning[] {
  const byRule = Map.groupBy(bound, ({ ruleId }) => ruleId);
  const mapped = new Set(bound.map(({ groupId }) => groupId));
  return [
    ...document.rules.flatMap((rule, index) => {
      const path = ['rules', index];
      const pins = byRule.get(rule.id) ?? [];
      return [
        ...nameWarnings(rule, pins, [...path, 'group']),
        ...pins.flatMap((pin) => answerWarnings(pin, answers.get(pin.groupId), [...path, 'group'])),
        ...pins.flatMap((pin) => undefinedWarnings(document, rule, pin, path)),
      ];
    }),
    ...document.groups.flatMap(({ id }, index) =>
      mapped.has(id.toLowerCase()) ? [] : [warningAt(['groups', index, 'id'], 'no rule maps this group', 'remove it')],
    ),
  ];
}

function warningAt(path: Path, warning: string, remedy: string): Warning {
  return { path: jsonPath(path), warning, remedy };
}

/** A name can be given to another group, an id can't (R6); and what a name stood for may be called otherwise by now. */
function nameWarnings({ group, where }: MappingRule, pins: readonly BoundPin[], path: Path): readonly Warning[] {
  const { id, displayName: name, displayNamePattern: pattern } = group;
  if (pattern !== undefined) {
    if (pins.length > 0) return [];
    const text = `no group matches '${pattern}'${where === undefined ? '' : ` where ${JSON.stringify(where)}`}`;
    const remedy = 'correct it if groups should match now (capitals count); those that match later wait for a person';
    return [warningAt([...path, 'displayNamePattern'], text, remedy)];
  }
  return pins.flatMap(({ groupId, displayName }) => {
    if (name === undefined) return [];
    const at = [...path, 'displayName'];
    if (name !== displayName) {
      const remedy = id === undefined ? `give its object id as id: ${groupId}` : 'correct the comment';
      return [warningAt(at, `the group that this stands for is named '${displayName}'`, remedy)];
    }
    if (id !== undefined) return [];
    return [warningAt(at, 'named by its name only', `give its object id as id, which survives renames: ${groupId}`)];
  });
}

function answerWarnings(
  { groupId, displayName }: BoundPin,
  answer: GroupAnswer | undefined,
  path: Path,
): readonly Warning[] {
  const group = `the group '${displayName}' (${groupId})`;
  if (answer?.info === undefined) {
    return [warningAt(path, `${group} does not answer`, 'what is recorded of it stays; see its status, or unmap it')];
  }
  if (answer.evidence === 'present') return [];
  const remedy = 'what is recorded of it stays; grant Member.Read.Hidden with consent, or unmap it';
  return [warningAt(path, `${group} hides its membership from us`, remedy)];
}

function undefinedWarnings(document: RulesDocument, rule: MappingRule, pin: BoundPin, path: Path): readonly Warning[] {
  const grants = [rule.grants, ...(typeof rule.guests === 'object' ? [rule.guests.grants] : [])];
  const missing = grants.flatMap((each) => grantsAtPin(each, pin, document).notDefined);
  return missing.map(({ kind, id }) =>
    warningAt(
      [...path, 'grants'],
      `'${id}' is not defined, so the group '${pin.displayName}' (${pin.groupId}) does not give this ${kind}`,
      'define it, or narrow the pattern with where',
    ),
  );
}
