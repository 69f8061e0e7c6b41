import { z } from 'zod';
import type { Connection } from './connection.ts';

/** A user or group as a person picks it. */
export interface Named {
  readonly type: 'user' | 'group';
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName?: string;
  readonly accountEnabled?: boolean;
}

/** Nothing, or too much, has that name. The message lists what could have been meant. */
export class NameError extends Error {
  override readonly name = 'NameError';
}

const pageSchema = z.object({
  value: z.array(
    z.looseObject({
      id: z.string(),
      displayName: z.string().nullish(),
      userPrincipalName: z.string().nullish(),
      accountEnabled: z.boolean().nullish(),
    }),
  ),
  '@odata.nextLink': z.string().optional(),
});

const lists = {
  user: '/users?$select=id,displayName,userPrincipalName,accountEnabled&$top=999',
  group: '/groups?$select=id,displayName&$top=999',
  deletedUser: '/directory/deletedItems/microsoft.graph.user',
  deletedGroup: '/directory/deletedItems/microsoft.graph.group',
} as const;

/** All live or all deleted objects of one type, by display name. */
export async function listNamed(connection: Connection, list: keyof typeof lists): Promise<readonly Named[]> {
  const type = list === 'user' || list === 'deletedUser' ? 'user' : 'group';
  const found: Named[] = [];
  for (let path: string | undefined = lists[list]; path !== undefined;) {
    const page: z.infer<typeof pageSchema> = pageSchema.parse(await connection.graph('GET', path));
    for (const { id, displayName, userPrincipalName, accountEnabled } of page.value) {
      const ofUser = userPrincipalName == null ? {} : { userPrincipalName };
      const enabled = accountEnabled == null ? {} : { accountEnabled };
      found.push({ type, id, displayName: displayName ?? id, ...ofUser, ...enabled });
    }
    path = page['@odata.nextLink']?.replace(/^.*\/v1\.0(?=\/)/, '');
  }
  return found.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'));
}

/**
 * The one object that a person means by an id, a user principal name, the part of it before the @, or a display name; by a part
 * of these when it fits only one.
 *
 * @throws NameError naming the candidates
 */
export function pick(candidates: readonly Named[], text: string, what: string): Named {
  const wanted = text.toLowerCase();
  const exact = candidates.filter((candidate) => namesOf(candidate).includes(wanted));
  // The domain is everybody's, so it is no part by which somebody could be meant.
  const isPart = (name: string): boolean => name.includes(wanted) && (wanted.includes('@') || !name.includes('@'));
  const fitting = exact.length > 0 ? exact : candidates.filter((candidate) => namesOf(candidate).some(isPart));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw new NameError(`There is no ${what} '${text}'.`);
  const shown = fitting.slice(0, 12).map((candidate) => `  ${describe(candidate)}`);
  const more = fitting.length > shown.length ? [`  and ${fitting.length - shown.length} more`] : [];
  throw new NameError([`'${text}' fits more than one ${what}:`, ...shown, ...more].join('\n'));
}

function namesOf({ id, displayName, userPrincipalName = '' }: Named): readonly string[] {
  const names = [id, displayName, userPrincipalName, userPrincipalName.replace(/@.*$/, '')];
  return names.map((name) => name.toLowerCase());
}

/** Name and what tells it from others of that name. */
export function describe({ displayName, userPrincipalName, id }: Named): string {
  return `${displayName} (${userPrincipalName ?? id})`;
}
