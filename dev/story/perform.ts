import { z } from 'zod';
import type { Connection } from '../tenant/connection.ts';
import { rotateSecret } from '../tenant/stack-commands.ts';
import type { Stack } from '../stack.ts';
import { idOf, type Cast } from './cast.ts';
import type { Action } from './steps.ts';

const createdSchema = z.looseObject({ id: z.string() });
const holdsSchema = z.object({
  holds: z.array(z.looseObject({ ledger: z.string(), pending: z.array(z.looseObject({ number: z.number() })) })),
});

/** Where the story is played. */
export interface Stage {
  readonly stack: Stack;
  readonly connection: Connection;
  readonly cast: Cast;
}

/** Does one thing, as a person's script would: through Graph, the simulator's control or Rolecall's API. */
export async function perform(action: Action, { stack, connection, cast }: Stage): Promise<void> {
  switch (action.do) {
    case 'add':
    case 'remove': {
      const memberId = action.member === 'squad' ? idOf(cast.groups, 'squad') : idOf(cast.people, action.member);
      return changeMember(connection, action.do, memberId, idOf(cast.groups, action.group));
    }
    case 'removeEach':
      for (const memberId of cast.crowds.get(action.crowd) ?? []) {
        await changeMember(connection, 'remove', memberId, idOf(cast.groups, action.group));
      }
      return;
    case 'disable':
    case 'enable': {
      const accountEnabled = action.do === 'enable';
      await connection.graph('PATCH', `/users/${idOf(cast.people, action.user)}`, { accountEnabled });
      return;
    }
    case 'delete':
      await connection.graph('DELETE', `/users/${idOf(cast.people, action.user)}`);
      return;
    case 'restore':
      return restore(connection, idOf(cast.people, action.user));
    case 'deleteGroup':
      await connection.graph('DELETE', `/groups/${idOf(cast.groups, action.group)}`);
      return;
    case 'restoreGroup':
      return restore(connection, idOf(cast.groups, action.group));
    case 'invite':
      cast.people.set(action.guest, await create(connection, '/users', guest));
      return;
    case 'makeGroup': {
      const members = action.members.map((name) => reference(idOf(cast.people, name)));
      const group = { ...squad, 'members@odata.bind': members };
      cast.groups.set(action.group, await create(connection, '/groups', group));
      return;
    }
    case 'loseNotifications':
    case 'deliverNotifications': {
      const loss = action.do === 'loseNotifications' ? 1 : 0;
      await connection.control('PATCH', '/notifications', { loss });
      return;
    }
    case 'shortenTokens':
      await connection.control('PATCH', '/settings', { tokenLifetimeSeconds: action.seconds });
      return;
    case 'wait':
      await stack.advance(action.seconds * 1000);
      return stack.settled();
    case 'rotateSecret':
      await rotateSecret(connection);
      return;
    case 'approve':
      return approve(connection, idOf(cast.groups, action.group));
  }
}

const guest = {
  displayName: 'Gina (guest)',
  mailNickname: 'gina',
  userPrincipalName: 'gina_partner.example#EXT#@contoso.onmicrosoft.com',
  mail: 'gina@partner.example',
  userType: 'Guest',
  accountEnabled: true,
  passwordProfile: { password: crypto.randomUUID() },
};

const squad = { displayName: 'churn-squad', mailNickname: 'churn-squad', mailEnabled: false, securityEnabled: true };

async function create(connection: Connection, path: string, properties: unknown): Promise<string> {
  return createdSchema.parse(await connection.graph('POST', path, properties)).id;
}

async function changeMember(
  connection: Connection,
  way: 'add' | 'remove',
  memberId: string,
  groupId: string,
): Promise<void> {
  const members = `/groups/${groupId}/members`;
  if (way === 'remove') await connection.graph('DELETE', `${members}/${memberId}/$ref`);
  else await connection.graph('POST', `${members}/$ref`, { '@odata.id': reference(memberId) });
}

async function restore(connection: Connection, id: string): Promise<void> {
  await connection.graph('POST', `/directory/deletedItems/${id}/restore`);
}

/** Reads the list of what waits and approves exactly that. */
async function approve(connection: Connection, groupId: string): Promise<void> {
  const { holds } = holdsSchema.parse(await connection.api('GET', '/holds'));
  const through = holds.find(({ ledger }) => ledger === groupId)?.pending.at(-1)?.number;
  await connection.api('POST', `/holds/${groupId}/approve`, { through });
}

function reference(id: string): string {
  return `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;
}
