import fc from 'fast-check';
import type { AccessException } from '../../src/lib/model/exception.ts';
import { scopePool } from './arbitrary-world.ts';
import { at } from './times.ts';

/** Most are in force, so that several of one entitlement meet; the others are over, closed or to come. */
const times = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { startDateTime: fc.constantFrom(at(0), at(10), at(10)), endDateTime: fc.constant(at(1_000)) },
      { requiredKeys: ['startDateTime'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { startDateTime: at(10), endDateTime: at(60) },
      { startDateTime: at(10), closedDateTime: at(40) },
      { startDateTime: at(90) },
    ),
  },
);

/** Exceptions on the roles and teams of arbitrary worlds: of every effect, for minute 70. */
export const arbitraryExceptions: fc.Arbitrary<readonly AccessException[]> = fc
  .array(
    fc.record({
      effect: fc.constantFrom('grant' as const, 'deny' as const, 'scopes' as const),
      entitlement: fc.constantFrom(
        { kind: 'role' as const, id: 'admin' },
        { kind: 'role' as const, id: 'admin' },
        { kind: 'role' as const, id: 'manager' },
        { kind: 'role' as const, id: 'guest' },
        { kind: 'team' as const, id: 'red' },
      ),
      scopes: fc.subarray([...scopePool]),
      times,
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ times: itsTimes, ...special }, index) => ({
      id: `exception-${index}`,
      reason: 'test',
      approver: 'eve',
      changedBy: 'eve',
      changedDateTime: at(0),
      ...special,
      ...itsTimes,
    })),
  );
