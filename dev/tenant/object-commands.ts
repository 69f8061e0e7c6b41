import { z } from 'zod';
import { UsageError } from '../command-line/usage-error.ts';
import type { Command, CommandResult } from './command.ts';
import type { Connection } from './connection.ts';
import { listNamed, pick, type Named } from './directory-names.ts';

const domain = 'contoso.example';
const createdSchema = z.looseObject({ id: z.string() });

/** Makes, changes, deletes and restores users and groups. */
export const objectCommands: readonly Command[] = [
  {
    usage: 'create <user|group> <display name>',
    summary: 'makes a user or a security group',
    run: async (connection, [type = '', displayName = '']) => {
      if (type !== 'user' && type !== 'group') throw new UsageError(`'${type}' is neither user nor group.`);
      const properties = type === 'user' ? newUser(displayName) : newGroup(displayName);
      const { id } = createdSchema.parse(await connection.graph('POST', `/${type}s`, properties));
      return { value: { id, ...properties }, lines: [`The ${type} ${displayName} was made: ${id}`] };
    },
  },
  {
    usage: 'disable <user>',
    summary: 'switches an account off',
    run: (connection, [user = '']) => setEnabled(connection, user, false),
  },
  {
    usage: 'enable <user>',
    summary: 'switches an account on again',
    run: (connection, [user = '']) => setEnabled(connection, user, true),
  },
  {
    usage: 'delete <user or group>',
    summary: 'moves a user or a group to the recycle bin',
    run: async (connection, [text = '']) => {
      const [users, groups] = await Promise.all([listNamed(connection, 'user'), listNamed(connection, 'group')]);
      const named = pick([...users, ...groups], text, 'user or group');
      await connection.graph('DELETE', `/${named.type}s/${named.id}`);
      return told(named, 'deleted');
    },
  },
  {
    usage: 'restore <user or group>',
    summary: 'brings it back from the recycle bin',
    run: async (connection, [text = '']) => {
      const [users, groups] = await Promise.all([
        listNamed(connection, 'deletedUser'),
        listNamed(connection, 'deletedGroup'),
      ]);
      const named = pick([...users, ...groups], text, 'deleted user or group');
      await connection.graph('POST', `/directory/deletedItems/${named.id}/restore`);
      return told(named, 'restored');
    },
  },
];

function newUser(displayName: string) {
  const mailNickname = nickname(displayName, '.');
  return {
    displayName,
    mailNickname,
    userPrincipalName: `${mailNickname}@${domain}`,
    mail: `${mailNickname}@${domain}`,
    accountEnabled: true,
    userType: 'Member',
    passwordProfile: { password: crypto.randomUUID() },
  };
}

function newGroup(displayName: string) {
  return { displayName, mailNickname: nickname(displayName, '-'), mailEnabled: false, securityEnabled: true };
}

/** ASCII letters and digits of a name, words joined. */
function nickname(displayName: string, joint: string): string {
  const words = displayName
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9\s]/g, '');
  const joined = words.trim().split(/\s+/).join(joint).slice(0, 64);
  if (joined === '') throw new UsageError(`'${displayName}' has no letter that an address could be made of.`);
  return joined;
}

async function setEnabled(connection: Connection, text: string, accountEnabled: boolean): Promise<CommandResult> {
  const user = pick(await listNamed(connection, 'user'), text, 'user');
  await connection.graph('PATCH', `/users/${user.id}`, { accountEnabled });
  return told(user, accountEnabled ? 'enabled' : 'disabled');
}

function told(named: Named, done: string): CommandResult {
  return { value: { done, ...named }, lines: [`${named.displayName} was ${done}.`] };
}
