import { idOf, usualRules } from './cast.ts';

/** No one may hold both. */
export const duty = { id: 'pay', roles: ['create', 'approve'], scope: 'same', action: 'withhold' } as const;

/** Rules with a stronger role for `crowd` and a weaker one for `lab`. */
export function twoRoles(special: object): Record<string, unknown> {
  return {
    ...usualRules({}, ['crowd']),
    roles: [
      { id: 'create', precedence: 1 },
      { id: 'approve', precedence: 2 },
    ],
    rules: [
      { id: 'create', group: { id: idOf('crowd') }, grants: { roles: ['create'] } },
      { id: 'approve', group: { id: idOf('lab') }, grants: { roles: ['approve'] } },
    ],
    ...special,
  };
}
