import { type ActiveRules, mappedGroups, type Pin } from '../model/active-rules.ts';
import type { RulesDocument } from '../model/rules-document.ts';

/** A rule bound to a group, before it is known since when. */
export type BoundPin = Omit<Pin, 'mappedSince' | 'directSince'>;

/**
 * Says of each pin since when its group has been mapped: a group that the rules before mapped without a break keeps its
 * `mappedSince`, and `directSince` where they mapped it as direct; any other begins `now`. All pins of a group carry the
 * same times.
 */
export function withTimes(
  bound: readonly BoundPin[],
  document: RulesDocument,
  previous: ActiveRules | undefined,
  now: string,
): readonly Pin[] {
  const before = previous === undefined ? undefined : mappedGroups(previous);
  const directRules = new Set(
    document.rules.filter((rule) => rule.enabled !== false && rule.membership === 'direct').map(({ id }) => id),
  );
  const direct = new Set(bound.filter(({ ruleId }) => directRules.has(ruleId)).map(({ groupId }) => groupId));
  return bound.map((pin) => ({
    ...pin,
    mappedSince: before?.get(pin.groupId)?.mappedSince ?? now,
    ...(direct.has(pin.groupId) ? { directSince: before?.get(pin.groupId)?.directSince ?? now } : {}),
  }));
}
