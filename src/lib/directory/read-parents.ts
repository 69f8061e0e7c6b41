import { z } from 'zod';
import type { Priority } from '../model/directory.ts';
import { answered, BATCH_SIZE, sendBatch } from './batch.ts';
import { READ_GROUPS } from './classify-group.ts';
import { asked, type GraphClient } from './graph-client.ts';
import { failureError } from './graph-failure.ts';
import { objectId, objectIdSchema } from './object-id.ts';
import { allOf, PAGE_SIZE, pageSchema } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';

const idOnly = z.object({ id: objectIdSchema });

/** Asks each group which ones it is directly in, 20 to a batch. A group that answers 404 is left out: nothing is known of it. */
export async function readParents(
  client: GraphClient,
  groupIds: readonly string[],
  priority: Priority,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = [...new Set(groupIds.map(objectId))];
  const parents = new Map<string, readonly string[]>();
  for (let start = 0; start < ids.length; start += BATCH_SIZE) {
    const requests = ids.slice(start, start + BATCH_SIZE).map((id) => ({
      id,
      path: `/groups/${id}/memberOf?$select=id&$top=${PAGE_SIZE}`,
      permission: READ_GROUPS,
    }));
    const answers = await sendBatch(client, requests, priority);
    for (const request of requests) {
      const { failure, body, status } = answered(answers, request.id);
      if (failure !== undefined && status === 404) continue;
      if (failure !== undefined) throw failureError(failure, asked(request));
      const page = parseAnswer(pageSchema(idOnly), body, 'memberOf');
      const path = page['@odata.nextLink'];
      const rest = path === undefined ? [] : await allOf(client, { path, priority, permission: READ_GROUPS }, idOnly);
      parents.set(
        request.id,
        [...page.value, ...rest].map(({ id }) => id),
      );
    }
  }
  return parents;
}
