import type { Spell } from '../model/facts.ts';
import type { FoundReading, GroupEvidence } from '../model/reading.ts';

export interface SpellContext {
  readonly reading: Pick<FoundReading, 'startedDateTime' | 'completedDateTime'>;
  readonly lagMilliseconds: number;
  /** What the group said when asked; undefined: not asked yet. */
  readonly evidence: GroupEvidence | undefined;
  /** The ledger refused the claim. */
  readonly held: boolean;
}

export interface SpellLesson {
  /** What is known now; undefined: out. */
  readonly spell: Spell | undefined;
  /** `since` of the fact that is lost, when the loss is proven and not held. */
  readonly lostSince: string | undefined;
  readonly unproven: boolean;
  readonly tooYoung: boolean;
}

/**
 * One spell against one reading. `mappedSince`: a spell from before counts as not recorded, so it gives nothing and is no
 * loss. Recorded in and seen, or out and not seen: kept. Otherwise the reading must have begun a lag after the spell was
 * known, because a younger spell may be contradicted by a replica that is merely behind.
 */
export function learnSpell(
  recorded: Spell | undefined,
  mappedSince: string,
  seen: boolean,
  context: SpellContext,
): SpellLesson {
  const spell = recorded && recorded.since >= mappedSince ? recorded : undefined;
  const now = context.reading.completedDateTime;
  if (spell?.in === true) return seen ? seenAgain(spell, context) : lost(spell, context);
  if (spell && isYoung(spell.since, context)) return lesson(spell, { tooYoung: seen });
  return seen ? lesson({ in: true, since: now }) : lesson(undefined);
}

/** True while a reading that began then may still come from a replica that does not know the fact. */
export function isYoung(since: string, context: Pick<SpellContext, 'reading' | 'lagMilliseconds'>): boolean {
  return Date.parse(context.reading.startedDateTime) - Date.parse(since) < context.lagMilliseconds;
}

function seenAgain(spell: Spell, context: SpellContext): SpellLesson {
  if (spell.pendingSince === undefined) return lesson(spell);
  // The wait began with a reading without the group: to be overturned like any other fact, only when it is old enough.
  if (isYoung(spell.pendingSince, context)) return lesson(spell, { tooYoung: true });
  return lesson({ in: true, since: spell.since });
}

function lost(spell: Spell, context: SpellContext): SpellLesson {
  if (isYoung(spell.since, context)) return lesson(spell, { tooYoung: true });
  if (context.evidence === undefined) return lesson(spell, { unproven: true });
  if (context.evidence === 'unknown') return lesson(spell);
  const now = context.reading.completedDateTime;
  if (context.held) return lesson({ ...spell, pendingSince: spell.pendingSince ?? now });
  return lesson({ in: false, since: now }, { lostSince: spell.since });
}

function lesson(spell: Spell | undefined, marks: Partial<Omit<SpellLesson, 'spell'>> = {}): SpellLesson {
  return { spell, lostSince: undefined, unproven: false, tooYoung: false, ...marks };
}
