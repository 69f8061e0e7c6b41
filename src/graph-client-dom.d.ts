// The Graph client's own typings name two DOM types; Node's fetch has the same shapes under other names.
import type { HeadersInit as NodeHeadersInit, RequestInfo as NodeRequestInfo } from 'undici-types';

declare global {
  type HeadersInit = NodeHeadersInit;
  type RequestInfo = NodeRequestInfo;
}
