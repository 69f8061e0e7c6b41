import type { Access, Assignment, ConflictFinding } from '../../../src/lib/model/access.ts';
import { previewUser } from '../../../src/lib/plan/preview-user.ts';
import { active, from, role } from '../../builders/access.ts';
import { alpha } from '../../builders/rules.ts';
import { userId } from '../../builders/record.ts';

const source = from('1', alpha);
const user = role('user', [source]);
const within = (...scopes: readonly string[]): Assignment => ({ ...user, scopes });
const conflict: ConflictFinding = { conflictId: 'pay', roles: ['admin', 'user'], scopes: [], action: 'report' };
const conflicting = (conflicts: readonly ConflictFinding[]): Access => ({ ...active([user]), conflicts });

const preview = (recorded: Access | undefined, desired: Access) =>
  previewUser({ userId, identity: { displayName: 'Ada' } }, recorded, desired);

describe('what a proposed document makes of one user', () => {
  it.each<[string, Access | undefined, Access, boolean, boolean]>([
    ['an entitlement more', active([]), active([user]), false, true],
    ['an entitlement less', active([user]), active([]), true, false],
    ['another entitlement', active([user]), active([role('admin', [source])]), true, true],
    ['a scope more', active([within('s1')]), active([within('s1', 's2')]), false, true],
    ['a scope less', active([within('s1', 's2')]), active([within('s1')]), true, false],
    ['another scope', active([within('s1')]), active([within('s2')]), true, true],
    ['another source of the same', active([user]), active([role('user', [from('2', alpha)])]), false, false],
    ['a first record', undefined, active([user]), false, true],
    ['a suspension', active([user]), { ...active([user]), state: 'suspended' }, true, false],
  ])('tells %s as a loss, a gain, both or neither', (_case, recorded, desired, loses, gains) => {
    expect(preview(recorded, desired)).toMatchObject({ userId, displayName: 'Ada', loses, gains });
  });

  it('says the state before only of who is recorded', () => {
    expect(preview(active([]), active([user]))).toMatchObject({ stateBefore: 'active', state: 'active' });
    expect(preview(undefined, active([user]))).not.toHaveProperty('stateBefore');
  });

  it('names conflicts that are new, and no others', () => {
    const other = { ...conflict, conflictId: 'other' };
    expect(preview(conflicting([conflict]), conflicting([conflict, other]))).toMatchObject({ newConflicts: [other] });
    expect(preview(undefined, conflicting([conflict]))).toMatchObject({ newConflicts: [conflict] });
  });

  it.each<[string, Access | undefined, Access]>([
    ['holds the same', active([user]), active([user])],
    ['has the same conflicts', conflicting([conflict]), conflicting([conflict])],
    ['has a conflict less', conflicting([conflict]), conflicting([])],
    ['is not recorded and gets nothing', undefined, active([])],
    ['stays suspended', { ...active([user]), state: 'suspended' }, { ...active([]), state: 'suspended' }],
  ])('says nothing of who %s', (_case, recorded, desired) => {
    expect(preview(recorded, desired)).toBeUndefined();
  });
});
