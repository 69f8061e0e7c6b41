import type { ConflictRule, RulesDocument } from '../model/rules-document.ts';
import { type Fault, faultAt, type Path } from './fault.ts';

/** What is wrong with the conflicts of a document, beside ids that stand twice. */
export function conflictFaults({ conflicts, roles }: RulesDocument): readonly Fault[] {
  const precedences = new Map(roles.map(({ id, precedence }) => [id, precedence]));
  return conflicts.flatMap((conflict, index) => {
    const path = ['conflicts', index, 'roles'];
    return [...roleFaults(conflict, precedences, path), ...tieFaults(conflict, precedences, path)];
  });
}

function roleFaults({ roles }: ConflictRule, defined: ReadonlyMap<string, number>, path: Path): readonly Fault[] {
  return roles.flatMap((id, index) => {
    const at = [...path, index];
    if (roles.indexOf(id) < index) return [faultAt(at, `'${id}' stands twice`, 'name each role once')];
    if (defined.has(id)) return [];
    return [faultAt(at, `'${id}' is not defined`, 'name one of $.roles')];
  });
}

/** What is withheld is the weaker by precedence, so two of one precedence would leave that to chance. */
function tieFaults(
  { action, roles }: ConflictRule,
  precedences: ReadonlyMap<string, number>,
  path: Path,
): readonly Fault[] {
  if (action !== 'withhold') return [];
  const first = new Map<number, string>();
  return roles.flatMap((id, index) => {
    const precedence = precedences.get(id);
    if (precedence === undefined) return [];
    const other = first.get(precedence);
    if (other === undefined) first.set(precedence, id);
    if (other === undefined || other === id) return [];
    const text = `'${id}' has the precedence of '${other}', so neither is the weaker one to withhold`;
    return [faultAt([...path, index], text, 'give each of the roles a precedence of its own')];
  });
}
