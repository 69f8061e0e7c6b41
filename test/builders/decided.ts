import type { Access } from '../../src/lib/model/access.ts';
import type { ActiveRules } from '../../src/lib/model/active-rules.ts';
import type { AccessException } from '../../src/lib/model/exception.ts';
import type { Facts } from '../../src/lib/model/facts.ts';
import { decide } from '../../src/lib/plan/decide.ts';

/** `decide` for cases in which exceptions and the time play no part unless given. */
export function decided(
  facts: Facts,
  rules: ActiveRules,
  exceptions: readonly AccessException[] = [],
  now = new Date('2026-03-01T12:00:00Z'),
): Access {
  return decide(facts, rules, exceptions, now);
}
