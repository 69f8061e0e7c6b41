import type { DirectoryData } from '../simulator/world/directory-data.ts';
import type { Tenant } from '../simulator/world/tenant.ts';

/** What was true of one user at one instant, in the primary copy. */
export interface Instant {
  readonly exists: boolean;
  readonly enabled: boolean;
  /** Groups the user was in, directly or nested. */
  readonly groups: ReadonlySet<string>;
  /** Groups the user was in directly. */
  readonly direct: ReadonlySet<string>;
}

/** Everything a directory ever was since `startTimeline`, for asking what was true throughout a span of time. */
export interface Timeline {
  /** True when the predicate held at every instant of `[from, to]`, in simulated milliseconds. */
  always(userId: string, from: number, to: number, predicate: (instant: Instant) => boolean): boolean;
}

/** Remembers the directory as it is, so that its log can be replayed later. */
export function startTimeline(tenant: Pick<Tenant, 'directory'>, userIds: readonly string[]): () => Timeline {
  const data: DirectoryData = tenant.directory.copy();
  const startSeq = tenant.directory.seq;
  return () => {
    const moments = [{ at: Number.NEGATIVE_INFINITY, users: instants(data, userIds) }];
    for (const change of tenant.directory.log.between(startSeq)) {
      data.replay(change, change.at);
      moments.push({ at: change.at, users: instants(data, userIds) });
    }
    return {
      always(userId, from, to, predicate) {
        const before = moments.findLastIndex((moment) => moment.at <= from);
        const span = moments.filter((moment, index) => index >= before && moment.at <= to);
        return span.every((moment) => {
          const instant = moment.users.get(userId);
          return instant !== undefined && predicate(instant);
        });
      },
    };
  };
}

function instants(data: DirectoryData, userIds: readonly string[]): ReadonlyMap<string, Instant> {
  return new Map(
    userIds.map((id) => {
      const user = data.user(id);
      return [
        id,
        {
          exists: user !== undefined,
          enabled: user?.accountEnabled === true,
          groups: new Set(user ? data.transitiveGroupsOf(id) : []),
          direct: new Set(user ? data.directGroupsOf(id) : []),
        },
      ];
    }),
  );
}
