import type { AccessException } from '../../src/lib/model/exception.ts';
import { at } from './times.ts';

/** An exception about a role, in effect since long before every test and without end, everywhere unless said otherwise. */
export function exception(
  id: string,
  effect: AccessException['effect'],
  roleId: string,
  special: Partial<AccessException> = {},
): AccessException {
  return {
    id,
    effect,
    entitlement: { kind: 'role', id: roleId },
    scopes: [],
    reason: 'Stands in.',
    approver: 'eve@contoso.com',
    startDateTime: at(-10_000),
    changedBy: 'ada@contoso.com',
    changedDateTime: at(-10_000),
    ...special,
  };
}
