import fc from 'fast-check';
import type { AccessException } from '../../src/lib/model/exception.ts';
import { scopePool } from './arbitrary-world.ts';
import { at } from './times.ts';

/** Exceptions on the roles and teams of arbitrary worlds: of every effect, over, in force, to come and closed at minute 70. */
export const arbitraryExceptions: fc.Arbitrary<readonly AccessException[]> = fc
  .array(
    fc.record(
      {
        effect: fc.constantFrom('grant' as const, 'deny' as const, 'scopes' as const),
        entitlement: fc.constantFrom(
          { kind: 'role' as const, id: 'admin' },
          { kind: 'role' as const, id: 'manager' },
          { kind: 'role' as const, id: 'guest' },
          { kind: 'team' as const, id: 'red' },
        ),
        scopes: fc.subarray([...scopePool]),
        startDateTime: fc.constantFrom(at(0), at(10), at(10), at(90)),
        endDateTime: fc.constantFrom(at(60), at(1_000)),
        closedDateTime: fc.constant(at(40)),
      },
      { requiredKeys: ['effect', 'entitlement', 'scopes', 'startDateTime'] },
    ),
    { maxLength: 4 },
  )
  .map((list) =>
    list.map((special, index) => ({
      id: `exception-${index}`,
      reason: 'test',
      approver: 'eve',
      changedBy: 'eve',
      changedDateTime: at(0),
      ...special,
    })),
  );
