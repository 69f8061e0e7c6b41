import type { Command, CommandResult } from './command.ts';
import type { Connection } from './connection.ts';
import { describe, listNamed, pick, type Named } from './directory-names.ts';

/** Adds and removes members, and lists who there is. */
export const membershipCommands: readonly Command[] = [
  {
    usage: 'add <user or group> <group>',
    summary: 'puts a user, or a whole group, into a group',
    run: async (connection, [member = '', group = '']) => {
      const named = await pickBoth(connection, member, group);
      const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${named.member.id}` };
      await connection.graph('POST', `/groups/${named.group.id}/members/$ref`, reference);
      return told('added', named);
    },
  },
  {
    usage: 'remove <user or group> <group>',
    summary: 'takes a user, or a whole group, out of a group',
    run: async (connection, [member = '', group = '']) => {
      const named = await pickBoth(connection, member, group);
      await connection.graph('DELETE', `/groups/${named.group.id}/members/${named.member.id}/$ref`);
      return told('removed', named);
    },
  },
  {
    usage: 'groups [filter]',
    summary: 'lists groups by name; project groups only when the filter names them',
    run: async (connection, [filter]) => {
      const all = await listNamed(connection, 'group');
      return listed(all.filter((group) => fits(group, filter) && (filter !== undefined || !isProject(group))));
    },
  },
  {
    usage: 'users [filter]',
    summary: 'lists users by name, user principal name or id',
    run: async (connection, [filter]) => {
      const all = await listNamed(connection, 'user');
      return listed(all.filter((user) => fits(user, filter)));
    },
  },
];

async function pickBoth(
  connection: Connection,
  member: string,
  group: string,
): Promise<{ member: Named; group: Named }> {
  const [users, groups] = await Promise.all([listNamed(connection, 'user'), listNamed(connection, 'group')]);
  return { member: pick([...users, ...groups], member, 'user or group'), group: pick(groups, group, 'group') };
}

function told(done: string, { member, group }: { member: Named; group: Named }): CommandResult {
  const way = done === 'added' ? 'to' : 'from';
  return { value: { done, member, group }, lines: [`${member.displayName} was ${done} ${way} ${group.displayName}.`] };
}

function fits({ displayName, userPrincipalName = '', id }: Named, filter: string | undefined): boolean {
  const wanted = filter?.toLowerCase() ?? '';
  return [displayName, userPrincipalName, id].some((name) => name.toLowerCase().includes(wanted));
}

/** The sample has 300 of them, so that one user can be in as many groups. */
function isProject({ displayName }: Named): boolean {
  return /^project-\d+$/.test(displayName);
}

function listed(found: readonly Named[]): CommandResult {
  const lines = found.map((one) => {
    const name = one.type === 'group' ? one.displayName : describe(one);
    return `${one.id}  ${name}${one.accountEnabled === false ? '  disabled' : ''}`;
  });
  return { value: found, lines: lines.length > 0 ? lines : ['Nothing fits.'] };
}
