import type { AccessRecord, Identity } from '../../src/lib/model/access.ts';
import type { ActiveRules } from '../../src/lib/model/active-rules.ts';
import type { AccessException } from '../../src/lib/model/exception.ts';
import type { Facts } from '../../src/lib/model/facts.ts';
import type { Plan } from '../../src/lib/model/plan.ts';
import { changes } from '../../src/lib/plan/changes.ts';
import { decided } from './decided.ts';
import { at } from './times.ts';

export const tenantId = 'c0ffee00-0000-4000-8000-000000000001';
export const userId = 'ada0ada0-0000-4000-8000-000000000002';

const ada: Identity = { displayName: 'Ada', userPrincipalName: 'ada@contoso.com' };

/** What a reconcile plans that starts from the record and has learned the facts. */
export function planOf(
  recorded: AccessRecord | undefined,
  facts: Facts,
  rules: ActiveRules,
  identity = ada,
  exceptions: readonly AccessException[] = [],
): Plan | undefined {
  const access = decided(facts, rules, exceptions);
  return changes({ tenantId, userId, recorded, identity, facts, access, rules, exceptions });
}

/** The record that a plan leaves when it is applied over the one before. */
export function applied(plan: Plan, before?: AccessRecord): AccessRecord {
  return { ...plan.desired, revision: (before?.revision ?? 0) + 1, auditHead: 'head', updatedDateTime: at(60) };
}

/** The record of a user of whom these facts were known under these rules. */
export function recordOf(
  facts: Facts,
  rules: ActiveRules,
  identity = ada,
  exceptions: readonly AccessException[] = [],
): AccessRecord {
  const plan = planOf(undefined, facts, rules, identity, exceptions);
  if (!plan) throw new Error('Nobody is recorded who is in no mapped group and has no exception.');
  return applied(plan);
}
