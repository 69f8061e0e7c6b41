/** What happened to one route of one tenant since the last reset. */
export interface RouteCount {
  tenantId: string;
  /** Method and route pattern, such as `GET /users/{id}`. */
  route: string;
  requests: number;
  resourceUnits: number;
  /** Answers by status code. */
  statuses: Record<number, number>;
}

/** A request that is not a read: who asked for it and where. */
export interface WriteRecord {
  tenantId: string;
  clientId: string;
  method: string;
  path: string;
}

/** Notifications by fate, counted by the delivery; one POST may carry several. */
export interface NotificationCounts {
  /** Put on the wire for the first time. */
  sent: number;
  /** Put on the wire again. */
  retried: number;
  /** Answered with a 2xx in time. */
  acknowledged: number;
  /** Attempts that were answered otherwise, too late or not at all. */
  refused: number;
  /** Given up, too old to be tried again. */
  discarded: number;
  /** Swallowed by the switch `loss`. */
  lost: number;
  /** Not sent because the endpoint is in the drop state. */
  dropped: number;
  /** Sent once more by the switch `duplication`. */
  duplicated: number;
}

const NO_NOTIFICATIONS: Readonly<NotificationCounts> = {
  sent: 0,
  retried: 0,
  acknowledged: 0,
  refused: 0,
  discarded: 0,
  lost: 0,
  dropped: 0,
  duplicated: 0,
};

/** Plain counters; a snapshot is JSON. Requests inside a batch count by route, the batch itself as one HTTP request. */
export class Counters {
  httpRequests = 0;
  tokensIssued = 0;
  readonly notifications: NotificationCounts = { ...NO_NOTIFICATIONS };
  readonly #routes = new Map<string, RouteCount>();
  #writes: WriteRecord[] = [];

  countRequest(tenantId: string, route: string, status: number, resourceUnits: number): void {
    const key = `${tenantId} ${route}`;
    const count = this.#routes.get(key) ?? { tenantId, route, requests: 0, resourceUnits: 0, statuses: {} };
    count.requests += 1;
    count.resourceUnits += resourceUnits;
    count.statuses[status] = (count.statuses[status] ?? 0) + 1;
    this.#routes.set(key, count);
  }

  recordWrite(write: WriteRecord): void {
    this.#writes.push(write);
  }

  /** Sum over all tenants of one route, such as `GET /users/{id}`. */
  route(route: string): { requests: number; resourceUnits: number } {
    const sum = { requests: 0, resourceUnits: 0 };
    for (const count of this.#routes.values()) {
      if (count.route !== route) continue;
      sum.requests += count.requests;
      sum.resourceUnits += count.resourceUnits;
    }
    return sum;
  }

  snapshot() {
    const routes = [...this.#routes.values()];
    return {
      httpRequests: this.httpRequests,
      tokensIssued: this.tokensIssued,
      resourceUnits: routes.reduce((sum, count) => sum + count.resourceUnits, 0),
      notifications: { ...this.notifications },
      routes: routes.map((count) => ({ ...count, statuses: { ...count.statuses } })),
      writes: [...this.#writes],
    };
  }

  reset(): void {
    this.httpRequests = 0;
    this.tokensIssued = 0;
    this.#routes.clear();
    this.#writes = [];
    Object.assign(this.notifications, NO_NOTIFICATIONS);
  }
}
