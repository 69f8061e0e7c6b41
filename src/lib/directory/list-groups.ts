import type { GroupInfo, Priority } from '../model/directory.ts';
import { classifyGroup, GROUP_SELECT, groupSchema, READ_GROUPS } from './classify-group.ts';
import type { GraphClient } from './graph-client.ts';
import { PAGE_SIZE, pages } from './paging.ts';

/** Pages of all groups of the tenant. Throws AccessDeniedError when Graph hides what they are. */
export async function* listGroups(
  client: GraphClient,
  priority: Priority,
): AsyncGenerator<readonly GroupInfo[], void, undefined> {
  const path = `/groups?$select=${GROUP_SELECT}&$top=${PAGE_SIZE}`;
  for await (const page of pages(client, { path, priority, permission: READ_GROUPS }, groupSchema)) {
    yield page.map(classifyGroup);
  }
}
