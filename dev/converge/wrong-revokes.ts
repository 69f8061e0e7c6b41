import type { Tables } from '../oracle/read-tables.ts';
import { mappings, readRules } from '../oracle/rules.ts';
import type { Timeline } from './timeline.ts';

/**
 * Every loss that was recorded although the user was a member at every instant since the evidence for the fact (promise 1), as
 * sentences. Read from the audit entries, so nothing that happened in between escapes.
 */
export function wrongRevokes(tables: Tables, timeline: Timeline): string[] {
  const wrong: string[] = [];
  const mapped = new Map(
    tables.versions.map(({ version, document, pins }) => [
      version,
      new Set(mappings(readRules(document), pins).map(({ groupId }) => groupId)),
    ]),
  );
  const accountSince = new Map<string, number>();
  for (const entry of [...tables.auditEntries].sort((a, b) => a.revision - b.revision)) {
    const { userId } = entry;
    const at = Date.parse(entry.activityDateTime);
    const account = entry.modifiedProperties.find((property) => property.displayName === 'facts.account.state');
    const deleted = account?.newValue === 'deleted';
    const since = accountSince.get(userId) ?? at;
    if (deleted && timeline.always(userId, since, at, (instant) => instant.exists)) {
      wrong.push(`${userId} was recorded as deleted at ${entry.activityDateTime} and existed all the time.`);
    }
    if (
      account?.newValue === 'disabled' &&
      timeline.always(userId, since, at, (instant) => instant.exists && instant.enabled)
    ) {
      wrong.push(`${userId} was recorded as disabled at ${entry.activityDateTime} and was enabled all the time.`);
    }
    if (account) accountSince.set(userId, at);
    if (deleted) continue;
    for (const { displayName, oldValue, newValue } of entry.modifiedProperties) {
      const groupId = /^facts\.groups\.([0-9a-f-]{36})\.member$/.exec(displayName)?.[1];
      const evidence = /^in since (\S+?)(,|$)/.exec(oldValue ?? '')?.[1];
      if (groupId === undefined || evidence === undefined || newValue !== null) continue;
      // Of a group that no rule maps any more nothing is known, and nothing is given.
      if (mapped.get(entry.rulesVersion)?.has(groupId) === false) continue;
      // Nor does a fact count from before a gap in which no rule mapped it: that took it away, however late it is seen.
      const pins = tables.versions.find(({ version }) => version === entry.rulesVersion)?.pins ?? [];
      const own = pins.filter((pin) => pin.groupId === groupId);
      if (own.length > 0 && own.every(({ mappedSince = '' }) => mappedSince > evidence)) continue;
      if (timeline.always(userId, Date.parse(evidence), at, (instant) => instant.groups.has(groupId))) {
        wrong.push(
          `${userId} lost ${groupId} at ${entry.activityDateTime} and was a member all the time since ${evidence}.`,
        );
      }
    }
  }
  return wrong;
}
