import type { Tables } from '../oracle/read-tables.ts';
import { mappings, readRules } from '../oracle/rules.ts';
import type { Instant, Timeline } from './timeline.ts';

/**
 * Every loss that was recorded although the user was a member at every instant since the evidence for the fact (promise 1), as
 * sentences. Read from the audit entries, so nothing that happened in between escapes.
 */
export function wrongRevokes(tables: Tables, timeline: Timeline): string[] {
  const wrong: string[] = [];
  const known = new Map(tables.versions.map((version) => [version.version, knownSince(version)]));
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
      const [, groupId, part] = /^facts\.groups\.([0-9a-f-]{36})\.(member|direct)$/.exec(displayName) ?? [];
      const evidence = /^in since (\S+?)(,|$)/.exec(oldValue ?? '')?.[1];
      if (groupId === undefined || evidence === undefined || newValue !== null) continue;
      const isDirect = part === 'direct';
      const since = known.get(entry.rulesVersion)?.[isDirect ? 'direct' : 'member'].get(groupId);
      // Of a group that no rule maps any more nothing is known, and nothing is given; nor does a fact count from before a gap in
      // which no rule mapped it: that took it away, however late it is seen. The same is true of who is direct.
      if (since === undefined || since > evidence) continue;
      const wasIn = (instant: Instant): boolean => (isDirect ? instant.direct : instant.groups).has(groupId);
      if (timeline.always(userId, Date.parse(evidence), at, wasIn)) {
        const what = isDirect ? 'directly in' : 'a member of';
        wrong.push(
          `${userId} was ${what} ${groupId} all the time since ${evidence}, and lost it at ${entry.activityDateTime}.`,
        );
      }
    }
  }
  return wrong;
}

/** Since when a version asks who is in a group, and who directly, by group id; what it does not ask for is not among them. */
function knownSince({
  document,
  pins,
}: Tables['versions'][number]): Record<'member' | 'direct', ReadonlyMap<string, string>> {
  const since = (kind: 'mappedSince' | 'directSince', groupId: string): string =>
    pins
      .filter((pin) => pin.groupId === groupId)
      .flatMap((pin) => pin[kind] ?? [])
      .sort()[0] ?? '';
  const mapped = mappings(readRules(document), pins);
  const direct = mapped.filter(({ rule }) => rule.membership === 'direct');
  return {
    member: new Map(mapped.map(({ groupId }) => [groupId, since('mappedSince', groupId)])),
    direct: new Map(direct.map(({ groupId }) => [groupId, since('directSince', groupId)])),
  };
}
