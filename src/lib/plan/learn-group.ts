import type { MappedGroup } from '../model/active-rules.ts';
import type { GroupFact, Spell } from '../model/facts.ts';
import type { FoundReading } from '../model/reading.ts';
import type { Knowledge } from './learn.ts';
import { isYoung, learnSpell, type SpellLesson } from './learn-spell.ts';

/** What one reading teaches of one group. */
export interface GroupLesson extends Omit<SpellLesson, 'spell'> {
  readonly fact: GroupFact | undefined;
}

/**
 * One mapped group against the reading of a user who was found: membership, and directness where some rule maps it. Whoever is
 * directly in a group is in it, in every fact that leaves here.
 */
export function learnGroup(
  recorded: GroupFact | undefined,
  group: MappedGroup,
  reading: FoundReading,
  knowledge: Knowledge,
): GroupLesson {
  const context = {
    lagMilliseconds: knowledge.lagMilliseconds,
    evidence: knowledge.evidence.get(group.groupId),
    held: knowledge.held.has(group.groupId),
    reading,
  };
  // Two answers of one batch may come from two replicas: either one showing the membership shows it.
  const isDirect = reading.directGroups?.has(group.groupId);
  const seen = reading.groups.has(group.groupId) || isDirect === true;
  const recordedDirect = directSpell(recorded, group);
  // A directness known for less than a lag shows the membership, too: a reading that denies both may be behind.
  const vouched = recordedDirect?.in === true && isYoung(recordedDirect.since, context);
  const member = learnSpell(recorded?.member, group.mappedSince, seen || vouched, context);
  if (!member.spell) return { ...member, fact: undefined };
  if (group.directSince === undefined) return { ...member, fact: { member: member.spell } };

  // While a membership is kept against the reading, in or out, its directness is kept with it, and so is its wait.
  const keptAgainstReading = member.spell.in !== seen;
  // Nobody is directly in a group without being in it.
  const seenDirectly = seen ? isDirect : false;
  if (keptAgainstReading || seenDirectly === undefined) {
    const direct = recordedDirect && waitingWith(member.spell, recordedDirect);
    const tooYoung = member.tooYoung || (vouched && !seen);
    return { ...member, tooYoung, fact: { member: member.spell, ...(direct ? { direct } : {}) } };
  }
  const direct = learnSpell(recordedDirect, group.directSince, seenDirectly, context);
  return {
    fact: { member: member.spell, ...(direct.spell ? { direct: direct.spell } : {}) },
    // One loss row per user and group: losing the membership speaks for its directness, too.
    lostSince: member.lostSince ?? direct.lostSince,
    unproven: member.unproven || direct.unproven,
    tooYoung: member.tooYoung || direct.tooYoung,
  };
}

/** The recorded directness as far as it counts: with the membership, and since some rule maps the group as direct. */
function directSpell(recorded: GroupFact | undefined, group: MappedGroup): Spell | undefined {
  const spell = recorded?.direct;
  if (!spell || group.directSince === undefined || recorded.member.since < group.mappedSince) return undefined;
  return spell.since >= group.directSince ? spell : undefined;
}

function waitingWith({ pendingSince }: Spell, direct: Spell): Spell {
  return direct.in && pendingSince !== undefined ? { ...direct, pendingSince } : direct;
}
