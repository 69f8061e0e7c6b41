import fc from 'fast-check';
import { createOffsetClock } from '../../dev/clock.ts';
import type { Mutation } from '../../dev/simulator/world/change.ts';
import { DirectoryData } from '../../dev/simulator/world/directory-data.ts';
import { Directory } from '../../dev/simulator/world/directory.ts';
import { testId } from './test-tenant.ts';

const USERS = [0, 1, 2].map((number) => testId('a', number));
const GROUPS = [0, 1, 2, 3].map((number) => testId('b', number));

const userId = fc.constantFrom(...USERS);
const groupId = fc.constantFrom(...GROUPS);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('userDeleted', 'userRestored', 'userPurged'), userId }),
  fc.record({ kind: fc.constantFrom('groupDeleted', 'groupRestored', 'groupPurged'), groupId }),
  fc.record({ kind: fc.constant('userCreated'), userId, properties: fc.constant({}) }),
  fc.record({ kind: fc.constant('groupCreated'), groupId, properties: fc.constant({}) }),
  fc.record({
    kind: fc.constantFrom('memberAdded', 'memberRemoved'),
    groupId,
    memberId: userId,
    memberType: fc.constant('user'),
  }),
  fc.record({
    kind: fc.constantFrom('memberAdded', 'memberRemoved'),
    groupId,
    memberId: groupId,
    memberType: fc.constant('group'),
  }),
);

/** The same directory as plainly as it can be said: two maps and a list of pairs. */
class PlainDirectory {
  readonly objects = new Map<string, 'live' | 'deleted'>();
  pairs: (readonly [string, string])[] = [];

  apply(change: Mutation): void {
    if (change.kind === 'memberAdded') {
      this.pairs = [...this.without(change.groupId, change.memberId), [change.groupId, change.memberId]];
    } else if (change.kind === 'memberRemoved') {
      this.pairs = this.without(change.groupId, change.memberId);
    } else {
      this.#change(change.kind, 'userId' in change ? change.userId : change.groupId);
    }
  }

  #change(kind: Mutation['kind'], id: string): void {
    if (kind.endsWith('Created') && !this.objects.has(id)) this.objects.set(id, 'live');
    if (kind.endsWith('Deleted') && this.objects.has(id)) this.objects.set(id, 'deleted');
    if (kind.endsWith('Restored') && this.objects.has(id)) this.objects.set(id, 'live');
    if (!kind.endsWith('Purged')) return;
    this.objects.delete(id);
    this.pairs = this.pairs.filter((pair) => !pair.includes(id));
  }

  without(groupOf: string, memberOf: string) {
    return this.pairs.filter(([group, member]) => group !== groupOf || member !== memberOf);
  }

  isLive(id: string): boolean {
    return this.objects.get(id) === 'live';
  }

  directMembers(id: string): string[] {
    if (!this.isLive(id)) return [];
    return this.pairs.filter(([group, member]) => group === id && this.isLive(member)).map(([, member]) => member);
  }

  directGroupsOf(id: string): string[] {
    return this.pairs.filter(([group, member]) => member === id && this.isLive(group)).map(([group]) => group);
  }

  transitiveGroupsOf(id: string): string[] {
    let found: string[] = [];
    for (let next = this.directGroupsOf(id); next.length > found.length;) {
      found = next;
      next = [...new Set([...found, ...found.flatMap((group) => this.directGroupsOf(group))])];
    }
    return found;
  }
}

const sorted = (ids: Iterable<string>) => [...ids].sort();

describe('the directory', () => {
  it('answers like a plain list of objects and pairs after any history', () => {
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 60 }), (history) => {
        const directory = new Directory(createOffsetClock());
        const plain = new PlainDirectory();
        for (const change of history) {
          directory.apply(change);
          plain.apply(change);
          // Read in between as well, so that a stale cached list shows.
          for (const id of GROUPS) expect(sorted(directory.directMembers(id))).toEqual(sorted(plain.directMembers(id)));
        }
        const live = [...plain.objects.keys()].filter((id) => plain.isLive(id));
        expect(sorted([...directory.userIds(), ...directory.groupIds()])).toEqual(sorted(live));
        for (const id of [...USERS, ...GROUPS]) {
          expect(sorted(directory.directGroupsOf(id))).toEqual(sorted(plain.directGroupsOf(id)));
          expect(sorted(directory.transitiveGroupsOf(id))).toEqual(sorted(plain.transitiveGroupsOf(id)));
          expect(directory.isDeleted(id)).toBe(plain.objects.get(id) === 'deleted');
        }
      }),
    );
  });

  it('lists a member that was created after its membership', () => {
    const directory = new Directory(createOffsetClock());
    const [groupOf, memberOf] = [testId('b', 0), testId('a', 0)];
    directory.apply({ kind: 'groupCreated', groupId: groupOf, properties: {} });
    directory.apply({ kind: 'memberAdded', groupId: groupOf, memberId: memberOf, memberType: 'user' });
    expect(directory.directMembers(groupOf)).toEqual([]);
    directory.apply({ kind: 'userCreated', userId: memberOf, properties: {} });
    expect(directory.directMembers(groupOf)).toEqual([memberOf]);
  });

  it('can be rebuilt from its log, at any point of it', () => {
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 40 }), fc.nat(40), (history, point) => {
        const directory = new Directory(createOffsetClock());
        const cut = Math.min(point, history.length);
        let copy = new DirectoryData();
        history.forEach((change, place) => {
          if (place === cut) copy = directory.copy();
          directory.apply(change);
        });
        if (cut === history.length) copy = directory.copy();
        for (const change of directory.log.between(copy.seq)) copy.replay(change, change.at);
        expect(sorted(copy.userIds())).toEqual(sorted(directory.userIds()));
        for (const id of GROUPS)
          expect(sorted(copy.transitiveMembers(id))).toEqual(sorted(directory.transitiveMembers(id)));
      }),
    );
  });

  it('keeps eight days of changes and goes on counting', () => {
    const clock = createOffsetClock();
    const directory = new Directory(clock);
    directory.apply({ kind: 'userCreated', userId: testId('a', 1), properties: {} });
    clock.advance(9 * 24 * 60 * 60 * 1000);
    const { seq } = directory.apply({ kind: 'userDeleted', userId: testId('a', 1) });
    directory.expire();
    expect(seq).toBe(2);
    expect(directory.log.completeAfter()).toBe(1);
    expect(directory.log.between(1).map(({ kind }) => kind)).toEqual(['userDeleted']);
    expect(directory.log.between(2)).toEqual([]);
  });
});
