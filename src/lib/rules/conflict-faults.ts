import type { DefinedIds } from './defined-ids.ts';
import type { DraftConflict, DraftDocument } from './draft-document.ts';
import { type Fault, faultAt, type Path } from './fault.ts';

/** What is wrong with the conflicts of a document, beside ids that stand twice. */
export function conflictFaults({ conflicts, roles }: DraftDocument, ids: DefinedIds): readonly Fault[] {
  const precedences = new Map((roles ?? []).map((role) => [role?.id, role?.precedence]));
  return (conflicts ?? []).flatMap((conflict, index) => {
    const path = ['conflicts', index, 'roles'];
    return conflict ? [...roleFaults(conflict, ids, path), ...tieFaults(conflict, precedences, path)] : [];
  });
}

function roleFaults({ roles }: DraftConflict, ids: DefinedIds, path: Path): readonly Fault[] {
  return (roles ?? []).flatMap((id, index) => {
    const at = [...path, index];
    if (!id) return [];
    if (roles?.indexOf(id) !== index) return [faultAt(at, `'${id}' stands twice`, 'name each role once')];
    return ids.lack({ kind: 'role', id }) ? [faultAt(at, `'${id}' is not defined`, 'name one of $.roles')] : [];
  });
}

/** What is withheld is the weaker by precedence, so two of one precedence would leave that to chance. */
function tieFaults(
  { action, roles }: DraftConflict,
  precedences: ReadonlyMap<string | null | undefined, number | null | undefined>,
  path: Path,
): readonly Fault[] {
  if (action !== 'withhold') return [];
  const first = new Map<number, string>();
  return (roles ?? []).flatMap((id, index) => {
    const precedence = precedences.get(id);
    if (!id || !precedence) return [];
    const other = first.get(precedence);
    if (other === undefined) first.set(precedence, id);
    if (other === undefined || other === id) return [];
    const text = `'${id}' has the precedence of '${other}', so neither is the weaker one to withhold`;
    return [faultAt([...path, index], text, 'give each of the roles a precedence of its own')];
  });
}
