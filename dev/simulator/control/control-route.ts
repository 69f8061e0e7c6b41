import type { HttpReply } from '../http-message.ts';
import type { Simulator } from '../start-simulator.ts';

/** One operation below `/_control`. The body is parsed JSON, undefined when there was none. */
export interface ControlRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Pattern below `/_control`, such as `/tenants/{tenantId}/lag`. */
  path: string;
  handle(request: {
    simulator: Simulator;
    params: Readonly<Record<string, string>>;
    query: URLSearchParams;
    body: unknown;
  }): HttpReply | Promise<HttpReply>;
}
