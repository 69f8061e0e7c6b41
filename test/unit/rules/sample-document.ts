import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { GroupInfo } from '../../../src/lib/model/directory.ts';
import { type RulesDocument, rulesDocumentSchema } from '../../../src/lib/model/rules-document.ts';
import type { GroupAnswer } from '../../../src/lib/model/directory.ts';
import type { Directory } from '../../../src/lib/ports.ts';
import type { GroupLookup } from '../../../src/lib/rules/propose-groups.ts';

/** A group id that is easy to tell from others: `groupId('a')`. */
export function groupId(letter: string): string {
  return `${letter.repeat(8)}-0000-4000-8000-000000000000`;
}

/** A sound document: roles admin (1) and user (2), one function, a team, a permission, and a rule on group a. */
export function soundDocument() {
  return {
    roles: [
      { id: 'admin', precedence: 1 },
      { id: 'user', precedence: 2 },
    ],
    businessFunctions: [{ id: 'payments' }],
    teams: [{ id: 'red' }],
    permissions: [{ id: 'export' }],
    rules: [rule('base', { group: { id: groupId('a') } })],
  };
}

export function rule(id: string, properties: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, group: { id: groupId('a') }, grants: { roles: ['user'] }, ...properties };
}

/** The parsed document with these rules. */
export function documentOf(rules: readonly Record<string, unknown>[], properties: object = {}): RulesDocument {
  return rulesDocumentSchema.parse({ ...soundDocument(), ...properties, rules });
}

export function activeRules(document: RulesDocument, pins: ActiveRules['pins'], version = 1): ActiveRules {
  return { version, document, pins };
}

export function groupInfo(id: string, displayName: string, properties: Partial<GroupInfo> = {}): GroupInfo {
  return {
    id,
    displayName,
    kind: 'security',
    dynamic: false,
    onPremisesSynced: false,
    roleAssignable: false,
    hiddenMembership: false,
    ...properties,
  };
}

/** A directory that knows exactly these groups, one to a page, each with three members. Hidden ones hide theirs. */
export function directoryWith(...groups: readonly GroupInfo[]): GroupLookup & Pick<Directory, 'listMembers'> {
  return {
    listMembers: async function* () {
      yield [];
    },
    countMembers: async ({ hiddenMembership }) => (hiddenMembership ? undefined : 3),
    listGroups: async function* () {
      for (const group of groups) yield [group];
    },
    findGroupsByName: async (name) => groups.filter(({ displayName }) => displayName === name),
    readGroups: async (ids) =>
      new Map(
        ids.map((id): [string, GroupAnswer] => {
          const info = groups.find((group) => group.id === id);
          return [
            id,
            info === undefined
              ? { evidence: 'unknown' }
              : { evidence: info.hiddenMembership ? 'unknown' : 'present', info },
          ];
        }),
      ),
  };
}
