import type { ActiveRules } from '../model/active-rules.ts';
import type { GroupInfo } from '../model/directory.ts';
import { hasParts, matchName, parsePattern, type Parts } from '../model/name-pattern.ts';
import type { MappingRule } from '../model/rules-document.ts';
import type { WaitingGroup } from '../model/waiting-group.ts';
import type { Ports } from '../ports.ts';

/** Most groups that are kept for a person to look at; somebody who makes thousands of them learns nothing by it. */
const mostWaiting = 1000;

/**
 * Looks through all groups of the tenant for those that a rule's name or pattern matches and that it is not pinned to, and
 * keeps them for a person: in most tenants anybody may give a group any name, so a match gives nothing by itself. Those that
 * wait no more are forgotten.
 *
 * @throws when the groups can't be read; then what is kept stays as it is
 */
export async function discoverGroups(
  ports: Pick<Ports, 'clock' | 'log'> & {
    readonly directory: Pick<Ports['directory'], 'listGroups'>;
    readonly waiting: Pick<Ports['waiting'], 'replace'>;
  },
  rules: ActiveRules,
): Promise<void> {
  const since = ports.clock.now().toISOString();
  const matchers = matchersOf(rules);
  const waiting: WaitingGroup[] = [];
  let matching = 0;
  for await (const page of matchers.length === 0 ? [] : ports.directory.listGroups('low')) {
    for (const info of page) {
      for (const { ruleId, match } of matchers) {
        const parts = match(info);
        if (parts === undefined) continue;
        matching += 1;
        const named = Object.keys(parts).length === 0 ? {} : { parts };
        if (waiting.length < mostWaiting) waiting.push({ ruleId, groupId: info.id, info, ...named, since });
      }
    }
  }
  for (const { ruleId, groupId } of await ports.waiting.replace(waiting)) {
    ports.log.warn('A group matches a rule and is not mapped; it waits for a person.', { ruleId, groupId });
  }
  if (matching > mostWaiting) {
    ports.log.warn('More groups match the rules than are listed; narrow the patterns.', { matching, mostWaiting });
  }
}

interface Matcher {
  readonly ruleId: string;
  /** Parts of the name of a group that matches and is not pinned; none for an exact name. */
  readonly match: (info: GroupInfo) => Parts | undefined;
}

function matchersOf({ document, pins }: ActiveRules): readonly Matcher[] {
  return document.rules.flatMap((rule): readonly Matcher[] => {
    const matches = rule.enabled === false ? undefined : nameMatcher(rule);
    if (matches === undefined) return [];
    const pinned = new Set(pins.filter(({ ruleId }) => ruleId === rule.id).map(({ groupId }) => groupId));
    return [{ ruleId: rule.id, match: ({ id, displayName }) => (pinned.has(id) ? undefined : matches(displayName)) }];
  });
}

/** Undefined for a rule that names its group by id. */
function nameMatcher({ group, where }: MappingRule): ((name: string) => Parts | undefined) | undefined {
  if (group.displayNamePattern !== undefined) {
    const pattern = parsePattern(group.displayNamePattern);
    if ('fault' in pattern) return undefined;
    return (name) => {
      const parts = matchName(pattern, name);
      return parts && hasParts(parts, where) ? parts : undefined;
    };
  }
  if (group.id !== undefined || group.displayName === undefined) return undefined;
  return (name) => (name === group.displayName ? {} : undefined);
}
