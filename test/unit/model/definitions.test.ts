import { isDefined, rolesByStrength } from '../../../src/lib/model/definitions.ts';
import { rulesOf } from '../../builders/rules.ts';

const { document } = rulesOf([], {
  roles: [
    { id: 'zeta', precedence: 5 },
    { id: 'user', precedence: 10 },
    { id: 'beta', precedence: 5 },
    { id: 'gamma', precedence: 5 },
    { id: 'admin', precedence: 1 },
  ],
  businessFunctions: [{ id: 'payments' }],
  teams: [{ id: 'red' }],
  permissions: [{ id: 'export' }],
});

describe('what a document defines', () => {
  it.each([
    ['role', 'user', true],
    ['businessFunction', 'payments', true],
    ['team', 'red', true],
    ['permission', 'export', true],
    ['team', 'user', false],
    ['role', 'constructor', false],
  ] as const)('%s %s: %s', (kind, id, expected) => {
    expect(isDefined(document, { kind, id })).toBe(expected);
  });

  it('has the strongest role first, ties by id', () => {
    expect(rolesByStrength(document)).toEqual(['admin', 'beta', 'gamma', 'zeta', 'user']);
  });
});
