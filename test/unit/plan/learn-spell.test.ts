import type { Spell } from '../../../src/lib/model/facts.ts';
import type { GroupEvidence } from '../../../src/lib/model/reading.ts';
import { learnSpell, type SpellLesson } from '../../../src/lib/plan/learn-spell.ts';
import { inSince, outSince } from '../../builders/facts.ts';
import { at, lagMilliseconds } from '../../builders/times.ts';

const dimensions = {
  /** `waits`: kept by a hold for long; `waitsNew`: for less than a lag. */
  recorded: ['none', 'out', 'in', 'waits', 'waitsNew'],
  seen: ['seen', 'unseen'],
  age: ['young', 'old'],
  evidence: ['notAsked', 'present', 'deleted', 'unknown'],
  ledger: ['free', 'held'],
  mapped: ['mapped', 'mappedAfter'],
} as const;
type Dimension = keyof typeof dimensions;
type Case = { readonly [D in Dimension]: (typeof dimensions)[D][number] };

/** What becomes of the spell: `kept` as it was, `in`, `out` or `waits` from now on, `repaired`: in as before, no longer waiting. */
type Verdict = 'nothing' | 'kept' | 'in' | 'out' | 'waits' | 'repaired';
type Mark = 'lost' | 'unproven' | 'tooYoung';

const known = 'in waits waitsNew';
const proof = 'present deleted';

/** Every transition, once. A dash stands for every value, several values are separated by a space. */
const table: readonly (readonly [
  recorded: string,
  seen: string,
  age: string,
  evidence: string,
  ledger: string,
  mapped: string,
  Verdict,
  ...Mark[],
])[] = [
  ['none', 'unseen', '-', '-', '-', '-', 'nothing'],
  ['none', 'seen', '-', '-', '-', '-', 'in'],
  ['out', 'unseen', 'young', '-', '-', 'mapped', 'kept'],
  ['out', 'unseen', 'old', '-', '-', 'mapped', 'nothing'],
  ['out', 'seen', 'young', '-', '-', 'mapped', 'kept', 'tooYoung'],
  ['out', 'seen', 'old', '-', '-', 'mapped', 'in'],
  ['in', 'seen', '-', '-', '-', 'mapped', 'kept'],
  ['waits', 'seen', '-', '-', '-', 'mapped', 'repaired'],
  ['waitsNew', 'seen', '-', '-', '-', 'mapped', 'kept', 'tooYoung'],
  [known, 'unseen', 'young', '-', '-', 'mapped', 'kept', 'tooYoung'],
  [known, 'unseen', 'old', 'notAsked', '-', 'mapped', 'kept', 'unproven'],
  [known, 'unseen', 'old', 'unknown', '-', 'mapped', 'kept'],
  [known, 'unseen', 'old', proof, 'free', 'mapped', 'out', 'lost'],
  ['in', 'unseen', 'old', proof, 'held', 'mapped', 'waits'],
  ['waits waitsNew', 'unseen', 'old', proof, 'held', 'mapped', 'kept'],
  // A spell from before the mapping counts as not recorded: it gives nothing and is no loss.
  [`out ${known}`, 'unseen', '-', '-', '-', 'mappedAfter', 'nothing'],
  [`out ${known}`, 'seen', '-', '-', '-', 'mappedAfter', 'in'],
];

const now = at(60);
const since = { young: at(56), old: at(55) };

function spellOf({ recorded, age }: Case): Spell | undefined {
  switch (recorded) {
    case 'none':
      return undefined;
    case 'out':
      return outSince(since[age]);
    case 'in':
      return inSince(since[age]);
    case 'waits':
      return inSince(since[age], at(55));
    case 'waitsNew':
      return inSince(since[age], at(59));
  }
}

const evidenceOf = {
  notAsked: undefined,
  present: 'present',
  deleted: 'deleted',
  unknown: 'unknown',
} as const satisfies Record<Case['evidence'], GroupEvidence | undefined>;

function lessonOf(one: Case): SpellLesson {
  const mappedSince = one.mapped === 'mapped' ? since[one.age] : at(57);
  return learnSpell(spellOf(one), mappedSince, one.seen === 'seen', {
    reading: { startedDateTime: now, completedDateTime: now },
    lagMilliseconds,
    evidence: evidenceOf[one.evidence],
    held: one.ledger === 'held',
  });
}

function expected(one: Case, verdict: Verdict, marks: readonly Mark[]): SpellLesson {
  const recorded = spellOf(one);
  const spells: Record<Verdict, Spell | undefined> = {
    nothing: undefined,
    kept: recorded,
    in: inSince(now),
    out: outSince(now),
    waits: inSince(since[one.age], now),
    repaired: inSince(since[one.age]),
  };
  return {
    spell: spells[verdict],
    lostSince: marks.includes('lost') ? recorded?.since : undefined,
    unproven: marks.includes('unproven'),
    tooYoung: marks.includes('tooYoung'),
  };
}

function everyCase(): readonly Case[] {
  const d = dimensions;
  return d.recorded.flatMap((recorded) =>
    d.seen.flatMap((seen) =>
      d.age.flatMap((age) =>
        d.evidence.flatMap((evidence) =>
          d.ledger.flatMap((ledger) =>
            d.mapped.map((mapped): Case => ({ recorded, seen, age, evidence, ledger, mapped })),
          ),
        ),
      ),
    ),
  );
}

function rowsFor(one: Case) {
  const covers = (pattern: string, value: string): boolean => pattern === '-' || pattern.split(' ').includes(value);
  return table.filter(
    ([recorded, seen, age, evidence, ledger, mapped]) =>
      covers(recorded, one.recorded) &&
      covers(seen, one.seen) &&
      covers(age, one.age) &&
      covers(evidence, one.evidence) &&
      covers(ledger, one.ledger) &&
      covers(mapped, one.mapped),
  );
}

describe('learnSpell', () => {
  it('has exactly one row of the table for each of 320 cases', () => {
    const counts = everyCase().map((one) => rowsFor(one).length);
    expect(counts).toEqual(Array.from({ length: 320 }, () => 1));
  });

  it.each(everyCase())('$recorded, $seen, $age, $evidence, $ledger, $mapped', (one) => {
    const [row] = rowsFor(one);
    const [, , , , , , verdict = 'nothing', ...marks] = row ?? [];
    expect(lessonOf(one)).toEqual(expected(one, verdict, marks));
  });
});
