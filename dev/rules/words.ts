import type { z } from 'zod';
import { describeGroup } from '../../src/lib/model/group-description.ts';
import { paint } from '../start/paint.ts';
import type { assignmentSchema, conflictSchema, differenceSchema, groupInfoSchema, scopedSchema } from './answers.ts';

type Scoped = z.infer<typeof scopedSchema>;

const kinds: Readonly<Record<string, string>> = { businessFunction: 'business function' };

/** For example `role finance-clerk`. */
export function tellEntitlement({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kinds[kind] ?? kind} ${id}`;
}

/** For example ` in legal-entity:USMF`; nothing when it is everywhere. */
export function tellScopes({ scopes, exceptScopes = [] }: Pick<Scoped, 'scopes' | 'exceptScopes'>): string {
  if (scopes.length > 0) return ` in ${scopes.join(', ')}`;
  return exceptScopes.length > 0 ? ` everywhere except ${exceptScopes.join(', ')}` : '';
}

export function tellScoped(scoped: Scoped): string {
  return tellEntitlement(scoped) + tellScopes(scoped);
}

/** What is lost, gained and otherwise different, a line each, with its sign; why it is held only when `all` is told. */
export function tellDifference({ lost, gained, changed }: z.infer<typeof differenceSchema>, all: boolean): string[] {
  return [
    ...lost.map((one) => paint('red', `- ${tellScoped(one)}`)),
    ...gained.map((one) => paint('green', `+ ${tellScoped(one)}`)),
    ...changed
      .filter(({ before, after }) => all || extent(before) !== extent(after))
      .map((one) => paint('yellow', `~ ${tellChanged(one)}`)),
  ];
}

function extent(assignment: Assignment): string {
  return `${tellScopes(assignment)}|${assignment.pendingSince ?? ''}`;
}

function tellChanged({ before, after }: { before: Assignment; after: Assignment }): string {
  const [was, is] = [before, after].map((one) => tellScopes(one) || ' everywhere');
  if (was !== is) return `${tellEntitlement(before)}:${was ?? ''} →${is ?? ''}`;
  if (before.pendingSince !== after.pendingSince) {
    return `${tellScoped(after)}: ${after.pendingSince === undefined ? 'pending revocation no longer' : 'pending revocation'}`;
  }
  const [by, now] = [before, after].map(({ sources }) => sources.map(tellSource).join('; '));
  return `${tellScoped(after)}: by ${by ?? ''} → by ${now ?? ''}`;
}

type Assignment = z.infer<typeof assignmentSchema>;

/** What gives an assignment: for example `rule finance`. */
export function tellSource({ origin, ruleId, exceptionId }: Assignment['sources'][number]): string {
  if (origin === 'group') return `rule ${ruleId ?? '?'}`;
  return origin === 'default' ? 'the default role' : `exception ${exceptionId ?? '?'}`;
}

export function tellConflict({ conflictId, roles, action, ...where }: z.infer<typeof conflictSchema>): string {
  const done = action === 'withhold' ? 'the weaker is withheld' : 'reported';
  return `${conflictId}: roles ${roles.join(' and ')}${tellScopes(where)} (${done})`;
}

/** For example `security group, role-assignable`. */
export function tellGroupKind(info: z.infer<typeof groupInfoSchema> | undefined): string {
  if (info === undefined) return 'unknown';
  const { kind, marks } = describeGroup(info);
  return [kind, ...marks].join(', ');
}

/** The values of a pattern's named parts, for example ` (Env Dev, Role Admin)`. */
export function tellParts(parts: Readonly<Record<string, string>> = {}): string {
  const named = Object.entries(parts).map(([name, value]) => `${name} ${value}`);
  return named.length === 0 ? '' : ` (${named.join(', ')})`;
}

/** A user for people: the name, and what tells it from others of that name. */
export function tellUser(user: {
  readonly userId: string;
  readonly displayName?: string | undefined;
  readonly userPrincipalName?: string | undefined;
}): string {
  const { userId, displayName, userPrincipalName } = user;
  return displayName === undefined ? (userPrincipalName ?? userId) : `${displayName} (${userPrincipalName ?? userId})`;
}

/** `1 user`, `12 users`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
