import type { UserEntry } from '../model/directory.ts';
import type { Priority } from '../model/directory.ts';
import type { GraphClient } from './graph-client.ts';
import { PAGE_SIZE, pages } from './paging.ts';
import { assertReadable, READ_USERS, toUserEntry, USER_SELECT, userSchema } from './user-properties.ts';

/** Pages of all users with their account facts and names. Throws AccessDeniedError when Graph hides these (A25). */
export async function* listUsers(
  client: GraphClient,
  priority: Priority,
): AsyncGenerator<readonly UserEntry[], void, undefined> {
  const path = `/users?$select=${USER_SELECT}&$top=${PAGE_SIZE}`;
  for await (const page of pages(client, { path, priority, permission: READ_USERS }, userSchema)) {
    page.forEach(assertReadable);
    yield page.map(toUserEntry);
  }
}
