import { z } from 'zod';
import { UsageError } from '../command-line/usage-error.ts';
import { listNamed, NameError, pick } from './directory-names.ts';
import type { Command, CommandResult } from './command.ts';
import type { Connection } from './connection.ts';

const holdsSchema = z.object({
  holds: z.array(
    z.looseObject({
      ledger: z.string(),
      reason: z.string().optional(),
      heldSince: z.string().optional(),
      base: z.number().optional(),
      kind: z.string().optional(),
      marks: z.array(z.string()).optional(),
      membersManagedIn: z.string().optional(),
      pending: z.array(z.looseObject({ number: z.number(), userId: z.string() })),
    }),
  ),
});
type Hold = z.infer<typeof holdsSchema>['holds'][number];

const approvedSchema = z.looseObject({ enqueued: z.looseObject({ users: z.number() }) });

/** The ledger of disabled and deleted accounts. */
const accounts = { id: 'accounts', displayName: 'accounts' } as const;

/** What waits for a person. */
export const holdCommands: readonly Command[] = [
  {
    usage: 'hold <list|approve> [group]',
    summary: "lists held revocations; approves those of a group, or of 'accounts', exactly as many as the list shows",
    run: (connection, [action, group]) => {
      if (action === 'list') return listHolds(connection);
      if (action === 'approve' && group !== undefined) return approve(connection, group);
      throw new UsageError("Say 'hold list' or 'hold approve <group>'.");
    },
  },
];

async function readHolds(connection: Connection): Promise<readonly Hold[]> {
  return holdsSchema.parse(await connection.api('GET', '/holds')).holds;
}

async function listHolds(connection: Connection): Promise<CommandResult> {
  const holds = await readHolds(connection);
  const [users, groups] = await Promise.all([allNames(connection, 'User'), allNames(connection, 'Group')]);
  const lines = holds.flatMap(({ ledger, reason, heldSince, pending, ...group }) => [
    `${groups.get(ledger) ?? ledger}: held since ${heldSince ?? '?'} (${reason ?? '?'}), ${pending.length} waiting`,
    ...tellGroup(group),
    ...pending.map(({ number, userId }) => `  ${String(number).padStart(4)}  ${users.get(userId) ?? userId}`),
  ]);
  return { value: holds, lines: lines.length > 0 ? lines : ['Nothing is held.'] };
}

/** What the group of a hold is, and where its members can be added again. */
function tellGroup({ kind, marks = [], membersManagedIn }: Partial<Hold>): readonly string[] {
  if (kind === undefined) return [];
  return [`  ${[kind, ...marks].join(', ')}; its members are managed in: ${membersManagedIn ?? '?'}`];
}

/** Approves one hold up to the last row that is listed now. */
async function approve(connection: Connection, text: string): Promise<CommandResult> {
  const [holds, live, deleted] = await Promise.all([
    readHolds(connection),
    listNamed(connection, 'group'),
    listNamed(connection, 'deletedGroup'),
  ]);
  const { id, displayName } = text === accounts.id ? accounts : pick([...live, ...deleted], text, 'group');
  const last = holds.find(({ ledger }) => ledger === id)?.pending.at(-1)?.number;
  if (last === undefined) throw new NameError(`Nothing of ${displayName} is held.`);
  const value = await connection.api('POST', `/holds/${id}/approve`, { through: last });
  const { enqueued } = approvedSchema.parse(value);
  return { value, lines: [`The hold of ${displayName} is approved; ${enqueued.users} users are looked at again.`] };
}

async function allNames(connection: Connection, type: 'User' | 'Group'): Promise<ReadonlyMap<string, string>> {
  const [live, deleted] = await Promise.all(
    type === 'User'
      ? [listNamed(connection, 'user'), listNamed(connection, 'deletedUser')]
      : [listNamed(connection, 'group'), listNamed(connection, 'deletedGroup')],
  );
  return new Map([...live, ...deleted].map(({ id, displayName }) => [id, displayName]));
}
