import type { FaultSpec } from '../../../dev/simulator/world/fault.ts';
import { idOf } from './cast.ts';

/** A call that Rolecall makes on Graph, as the regular expression of its path. */
export const graphCalls = {
  'the batch': String.raw`^/v1.0/\$batch$`,
  'GET /users/{id}': '^/v1.0/users/[0-9a-f-]{36}$',
  'POST getMemberGroups': '/getMemberGroups$',
  'GET memberOf': '/memberOf$',
  'GET /groups/{id}': '^/v1.0/groups/[0-9a-f-]{36}$',
  'GET transitiveMembers': '/transitiveMembers$',
  'GET members': '/members$',
  'GET /users': '^/v1.0/users$',
  'groups/delta': '^/v1.0/groups/delta$',
  'users/delta': '^/v1.0/users/delta$',
} as const;
export type GraphCall = keyof typeof graphCalls;

/** How a call goes wrong. */
export const graphFaults = {
  'answers 404': { status: 404, code: 'Request_ResourceNotFound' },
  'answers 403': { status: 403, code: 'Authorization_RequestDenied' },
  'answers 429': { status: 429, retryAfterSeconds: 2 },
  'answers 500': { status: 500 },
  'answers 503': { status: 503 },
  'is cut off': { drop: 'after' },
  'answers nothing': { body: '' },
  'answers an empty object': { body: {} },
  'answers with nulls': {
    body: {
      id: idOf('ada'),
      displayName: null,
      accountEnabled: null,
      userType: null,
      userPrincipalName: null,
      mail: null,
    },
  },
  'answers null': { body: { value: null } },
  'breaks off after an empty page': {
    body: { value: [], '@odata.nextLink': 'https://localhost/v1.0/the-page-that-fails' },
  },
} as const satisfies Record<string, FaultSpec>;
export type GraphFault = keyof typeof graphFaults;

/** What makes the second page of a listing fail. */
export const nextPageFault: FaultSpec = { path: '^/v1.0/the-page-that-fails$', status: 503 };
