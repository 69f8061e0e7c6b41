import type { AccessToken } from '../login/access-token.ts';
import type { DirectoryView } from '../world/directory-view.ts';
import type { Tenant } from '../world/tenant.ts';
import type { World } from '../world/world.ts';
import type { HttpReply } from '../http-message.ts';

/** All a Graph handler may know of the request it answers. */
export interface GraphContext {
  readonly world: World;
  readonly tenant: Tenant;
  readonly token: AccessToken;
  /** The copy that answers reads: primary, replica or eventual index. Writes go to `tenant.directory`. */
  readonly directory: DirectoryView;
  /** Values of the `{…}` parts of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON body; undefined when there was none. */
  readonly body: unknown;
  /** Base of links and contexts: `https://localhost:PORT/v1.0`. */
  readonly baseUrl: string;
  /** Path below `/v1.0`, undecoded. */
  readonly path: string;
  /** Simulated time in milliseconds since the epoch. */
  readonly now: number;
}

/** One operation of Graph v1.0. */
export interface GraphRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Pattern below `/v1.0`; literal parts win over `{…}` parts, whatever the order in the table. */
  path: string;
  /** Base cost in resource units (Graph throttling limits, "Identity and access service limits"). */
  units: number;
  /** True when `$select`, `$expand` and `$top` do not change the cost. */
  flatUnits?: boolean;
  /** True for POSTs that only read, such as getMemberGroups; they do not count as writes. */
  reads?: boolean;
  /** Permissions that suffice: one of the lists, all of its names. Empty: any token will do. */
  allow: readonly (readonly string[])[];
  /** Answers, or throws a `GraphError`. */
  handle(context: GraphContext): HttpReply | Promise<HttpReply>;
}
