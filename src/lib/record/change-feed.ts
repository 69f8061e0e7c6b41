import { RolecallError } from '../errors.ts';
import { fixedWidth, tenantPartition, userKey } from '../model/keys.ts';
import type { FeedEntry } from '../model/stored-access.ts';
import type { Tables } from './connect-tables.ts';
import { packRow, type Row } from './entity-codec.ts';
import { findRow, statusOf } from './rows.ts';

/** An insert that took longer is repeated under a new key. The feed serves keys older than twice that. */
const longestInsert = 15_000;
const attempts = 5;

/** The feed's row of a change that is published at this time. */
export function feedRow(tenantId: string, feed: FeedEntry, publishedAt: Date): Row {
  const { userId, revision, state, severity } = feed;
  const publishedDateTime = publishedAt.toISOString();
  return packRow(
    {
      partitionKey: `${tenantPartition(tenantId)}|${publishedDateTime.slice(0, 10)}`,
      rowKey: `${publishedDateTime}|${userKey(userId)}|${fixedWidth(revision)}`,
    },
    {
      v: 1,
      userId,
      revision,
      state,
      severity,
      granted: JSON.stringify(feed.granted),
      revoked: JSON.stringify(feed.revoked),
      publishedDateTime,
    },
  );
}

/**
 * Appends to the tenant's feed. The key is the service's time just before the insert, and the answer's time is at most 15
 * seconds later: so whoever reads keys older than 30 seconds has seen every row below them, and misses nothing by going on
 * after the last key. A slow insert may leave two rows; consumers keep the highest revision of a user.
 */
export async function appendToFeed(tables: Tables, tenantId: string, feed: FeedEntry): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const publishedAt = tables.time.now() ?? (await askTime(tables, tenantId));
    const answeredAt = await insert(tables, feedRow(tenantId, feed, publishedAt));
    if (answeredAt.getTime() - publishedAt.getTime() <= longestInsert) return;
  }
  throw new RolecallError('The storage service is too slow for the change feed.');
}

/** Inserts and returns the service's time of the answer. */
async function insert(tables: Tables, row: Row): Promise<Date> {
  let answered: string | undefined;
  try {
    await tables.changes.createEntity(row, {
      onResponse: ({ headers }) => {
        answered = headers.get('date');
      },
    });
  } catch (error) {
    // The key names user, revision and millisecond: a row that is there is ours, and its first answer was lost.
    if (statusOf(error) !== 409) throw error;
  }
  return new Date(answered ?? 0);
}

async function askTime(tables: Tables, tenantId: string): Promise<Date> {
  await findRow(tables.changes, tenantPartition(tenantId), 'time');
  const now = tables.time.now();
  if (now === undefined) throw new RolecallError('The storage service answers without a date.');
  return now;
}
