import { mappedGroups, type ActiveRules } from '../../src/lib/model/active-rules.ts';
import type { GroupEvidence } from '../../src/lib/model/reading.ts';
import type { Knowledge } from '../../src/lib/plan/learn.ts';
import { lagMilliseconds } from './times.ts';

interface KnowledgeSpecial {
  readonly evidence?: Readonly<Record<string, GroupEvidence>>;
  readonly held?: readonly string[];
  readonly tombstoneSince?: string;
}

/** What `learn` knows under these rules: no group asked and nothing held unless given. */
export function knowledge(rules: ActiveRules, special: KnowledgeSpecial = {}): Knowledge {
  const { evidence = {}, held = [], ...rest } = special;
  return {
    groups: mappedGroups(rules),
    lagMilliseconds,
    evidence: new Map(Object.entries(evidence)),
    held: new Set(held),
    disabledAccounts: rules.document.disabledAccounts,
    ...rest,
  };
}
