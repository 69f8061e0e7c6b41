import { z } from 'zod';
import { auditSchema } from '../oracle/read-tables.ts';
import { tellChange } from '../start/tell-change.ts';
import type { Command } from './command.ts';
import type { Connection } from './connection.ts';
import { describe, listNamed, pick, type Named } from './directory-names.ts';

const sourceSchema = z.looseObject({
  origin: z.string(),
  ruleId: z.string().optional(),
  groupName: z.string().optional(),
  exceptionId: z.string().optional(),
});

const recordSchema = z.looseObject({
  state: z.string(),
  revision: z.number(),
  rulesVersion: z.number(),
  updatedDateTime: z.string(),
  assignments: z.array(
    z.looseObject({
      kind: z.string(),
      id: z.string(),
      scopes: z.array(z.string()),
      exceptScopes: z.array(z.string()).optional(),
      sources: z.array(sourceSchema),
      pendingSince: z.string().optional(),
    }),
  ),
});

const historySchema = z.object({ entries: z.array(auditSchema) });

/** What Rolecall knows of a user, and how it came to that: read through its own API. */
export const recordCommands: readonly Command[] = [
  {
    usage: 'show <user>',
    summary: "shows a user's record: what is held, where, and why",
    run: async (connection, [text = '']) => {
      const user = await pickUser(connection, text);
      const value = await connection.api('GET', `/users/${user.id}/access`);
      return { value, lines: tellRecord(user, recordSchema.parse(value)) };
    },
  },
  {
    usage: 'audit <user>',
    summary: 'shows every change of a record, newest first, with its reason',
    run: async (connection, [text = '']) => {
      const user = await pickUser(connection, text);
      const value = await connection.api('GET', `/users/${user.id}/history`);
      const groups = new Map((await listNamed(connection, 'group')).map(({ id, displayName }) => [id, displayName]));
      const lines = historySchema.parse(value).entries.map((entry) => {
        const { what, why } = tellChange(entry, (id) => groups.get(id) ?? id);
        const because = why.length === 0 ? '' : `  (${why.join('; ')})`;
        return `${entry.activityDateTime}  ${String(entry.revision).padStart(3)}  ${entry.reason.padEnd(12)}  ${what.join(', ')}${because}`;
      });
      return { value, lines: [describe(user), ...lines] };
    },
  },
];

/** Records outlive their users, so deleted ones count. */
async function pickUser(connection: Connection, text: string): Promise<Named> {
  const [live, deleted] = await Promise.all([listNamed(connection, 'user'), listNamed(connection, 'deletedUser')]);
  return pick([...live, ...deleted], text, 'user');
}

function tellRecord(user: Named, record: z.infer<typeof recordSchema>): string[] {
  const { state, revision, rulesVersion, updatedDateTime } = record;
  const head = `${describe(user)}: ${state}, revision ${revision} of ${updatedDateTime}, rules version ${rulesVersion}`;
  const lines = record.assignments.map(({ kind, id, scopes, exceptScopes = [], sources, pendingSince }) => {
    const where =
      scopes.length > 0
        ? ` in ${scopes.join(', ')}`
        : exceptScopes.length > 0
          ? ` except ${exceptScopes.join(', ')}`
          : '';
    const waits = pendingSince === undefined ? '' : `, pending revocation since ${pendingSince}`;
    return `  ${kind} ${id}${where}: ${sources.map(tellSource).join('; ')}${waits}`;
  });
  return [head, ...(lines.length > 0 ? lines : ['  holds nothing'])];
}

function tellSource({ origin, ruleId, groupName, exceptionId }: z.infer<typeof sourceSchema>): string {
  if (origin === 'group') return `member of ${groupName ?? 'a group'} (rule ${ruleId ?? '?'})`;
  return origin === 'default' ? 'default role' : `exception ${exceptionId ?? '?'}`;
}
