import type { GroupInfo } from './directory.ts';
import type { Parts } from './name-pattern.ts';

/** A group that a rule's name or pattern matches and that the rule is not pinned to: a person decides. */
export interface WaitingGroup {
  readonly ruleId: string;
  readonly groupId: string;
  readonly info: GroupInfo;
  /** Values of the named parts, where the rule has a pattern. */
  readonly parts?: Parts;
  /** When it was first seen. */
  readonly since: string;
}
