import fc from 'fast-check';
import {
  difference,
  everywhere,
  intersection,
  isNowhere,
  nowhere,
  type ScopeSet,
  scopesOf,
  toScoped,
  union,
} from '../../../src/lib/plan/scope-set.ts';

const names = ['s1', 's2', 's3'];
const places = [...names, 'elsewhere'];

const scopeSet: fc.Arbitrary<ScopeSet> = fc.oneof(
  fc.constantFrom(everywhere, nowhere),
  fc.record({ everywhereBut: fc.boolean(), names: fc.subarray(names) }),
);

/** Places in which a set applies: what a set of scopes means. */
function meaning(set: ScopeSet): readonly string[] {
  return places.filter((place) => set.names.includes(place) !== set.everywhereBut);
}

describe('sets of scopes', () => {
  it('are combined as sets of places are', () => {
    fc.assert(
      fc.property(scopeSet, scopeSet, (a, b) => {
        const [inA, inB] = [meaning(a), meaning(b)];
        expect(meaning(intersection(a, b))).toEqual(inA.filter((place) => inB.includes(place)));
        expect(meaning(union(a, b))).toEqual(places.filter((place) => inA.includes(place) || inB.includes(place)));
        expect(meaning(difference(a, b))).toEqual(inA.filter((place) => !inB.includes(place)));
        expect(isNowhere(a)).toBe(inA.length === 0);
      }),
    );
  });

  it('stand in the model in one way only, and come back from there', () => {
    fc.assert(
      fc.property(scopeSet, (set) => {
        if (!isNowhere(set)) expect(scopesOf(toScoped(set))).toEqual(set);
      }),
    );
    expect(scopesOf({ scopes: ['b', 'a', 'b'] })).toEqual({ everywhereBut: false, names: ['a', 'b'] });
    expect(toScoped(everywhere)).toEqual({ scopes: [] });
  });
});
