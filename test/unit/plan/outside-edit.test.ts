import type { Alteration } from '../../../src/lib/model/stored-access.ts';
import { planFor } from '../../../src/lib/plan/changes.ts';
import { derivedRows } from '../../../src/lib/plan/derived-rows.ts';
import { exceptionProperty, repairPlan } from '../../../src/lib/plan/outside-edit.ts';
import { decided } from '../../builders/decided.ts';
import { exception } from '../../builders/exception.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf, tenantId, userId } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';

const rules = rulesOf([rule('staff', alpha, ['user']), rule('admins', beta, ['admin'])]);
const facts = memberOf([alpha]);
const recorded = recordOf(facts, rules);
const { identity } = recorded;
const difference = {
  tenantId,
  userId,
  recorded,
  identity,
  facts,
  access: decided(facts, rules),
  rules,
  exceptions: [],
};
const outsideEdit = (row: Alteration['row']) => ({ displayName: 'outsideEdit', oldValue: row, newValue: null });

describe('planFor', () => {
  const also = [exceptionProperty('e1', undefined, exception('e1', 'grant', 'admin'))];

  it('is a plan also when nothing else changes, with the pairs given', () => {
    expect(planFor(difference)).toMatchObject({ changes: [], modifiedProperties: [], derived: [] });
    expect(planFor(difference, also).modifiedProperties).toEqual(also);
  });

  it('puts its own pairs among the others, in order of name', () => {
    const lost = memberOf([]);
    const plan = planFor({ ...difference, facts: lost, access: decided(lost, rules) }, also);
    const names = plan.modifiedProperties.map(({ displayName }) => displayName);
    expect(names).toEqual(['assignments.role.user', 'exceptions.e1', `facts.groups.${alpha}.member`]);
  });
});

describe('repairPlan (R22)', () => {
  it.each(['deleted', 'unreadable'] as const)(
    'writes everything again where a row is %s, and changes nothing',
    (row) => {
      const plan = repairPlan(difference, { row, exceptions: [] });
      expect(plan).toMatchObject({ changes: [], modifiedProperties: [outsideEdit(row)] });
      expect(plan.derived).toEqual([...derivedRows(plan.desired).values()]);
    },
  );

  it('tells of what was found: a role by hand, an exception by hand, one that is gone', () => {
    const byHand = { ...recorded, assignments: [{ kind: 'role' as const, id: 'admin', scopes: [], sources: [] }] };
    const [invented, gone] = [exception('e1', 'grant', 'admin'), exception('e2', 'deny', 'user')];
    const exceptions = [
      { id: 'e1', found: invented },
      { id: 'e2', audited: gone },
    ];
    const { changes, modifiedProperties } = repairPlan(difference, { row: 'changed', found: byHand, exceptions });
    expect(changes).toEqual([]);
    const [user] = recorded.assignments;
    expect(modifiedProperties).toEqual([
      { displayName: 'assignments.role.admin', oldValue: JSON.stringify(byHand.assignments[0]), newValue: null },
      { displayName: 'assignments.role.user', oldValue: null, newValue: JSON.stringify(user) },
      { displayName: 'exceptions.e1', oldValue: JSON.stringify(invented), newValue: null },
      { displayName: 'exceptions.e2', oldValue: null, newValue: JSON.stringify(gone) },
      outsideEdit('changed'),
    ]);
  });

  it('changes from what was audited what the directory has changed since, with its tombstones', () => {
    const moved = memberOf([beta]);
    const plan = repairPlan(
      { ...difference, facts: moved, access: decided(moved, rules) },
      { row: 'changed', found: { ...recorded, assignments: [] }, exceptions: [] },
    );
    expect(plan.changes.map(({ type, id }) => `${type} ${id}`)).toEqual(['grant admin', 'revoke user']);
    expect(plan.derived).toContainEqual({ partition: 'role|user', rowKey: userId });
    expect(plan.modifiedProperties.map(({ displayName }) => displayName)).toContain('outsideEdit');
  });

  it('leaves the pair of an exception that is written with it as it is', () => {
    const [before, after] = [exception('e1', 'grant', 'admin'), exception('e1', 'deny', 'admin')];
    const altered: Alteration = { row: 'changed', exceptions: [{ id: 'e1', found: after, audited: before }] };
    const also = [exceptionProperty('e1', before, after)];
    expect(repairPlan(difference, altered, also).modifiedProperties).toEqual([...also, outsideEdit('changed')]);
  });
});
