import { Client } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { createOffsetClock, type OffsetClock } from '../../dev/clock.ts';
import { startSimulator, type Simulator } from '../../dev/simulator/start-simulator.ts';
import {
  directoryGroup,
  directoryUser,
  type DirectoryGroup,
  type DirectoryUser,
} from '../../dev/simulator/world/directory-object.ts';
import type { Directory } from '../../dev/simulator/world/directory.ts';
import type { Tenant } from '../../dev/simulator/world/tenant.ts';
import { testCertificate } from './test-certificate.ts';

/** The permissions Rolecall runs with. */
export const READ_PERMISSIONS = ['Group.Read.All', 'User.Read.All'];

/** A simulator with one tenant, one app in it, and the official Graph client signed in as that app. */
export interface TestTenant {
  readonly simulator: Simulator;
  readonly clock: OffsetClock;
  readonly tenant: Tenant;
  readonly directory: Directory;
  readonly clientId: string;
  readonly client: Client;
  /** A client for another set of permissions or another app. */
  clientFor(clientId: string): Client;
  /** A Graph access token of an app, with the permissions it has now. */
  accessToken(clientId: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts it; `permissions` are the app's application permissions on Graph. */
export async function startTestTenant(permissions: readonly string[] = READ_PERMISSIONS): Promise<TestTenant> {
  const clock = createOffsetClock();
  const simulator = await startSimulator({ certificate: await testCertificate(), clock });
  const tenant = simulator.world.createTenant({ displayName: 'Test' });
  const { clientId } = tenant.registerApp({ permissions });

  const accessToken = async (appId: string): Promise<string> => {
    const app = tenant.app(appId);
    const { token } = await simulator.authority.sign({
      tenantId: tenant.id,
      clientId: app.clientId,
      principalId: app.servicePrincipalId,
      audience: 'https://graph.microsoft.com',
      roles: app.grants.map(({ role }) => role),
    });
    return token;
  };
  const clientFor = (appId: string): Client =>
    Client.initWithMiddleware({
      baseUrl: simulator.url,
      customHosts: new Set(['localhost']),
      authProvider: { getAccessToken: () => accessToken(appId) },
    });
  return {
    simulator,
    clock,
    tenant,
    directory: tenant.directory,
    clientId,
    client: clientFor(clientId),
    clientFor,
    accessToken,
    close: () => simulator.close(),
  };
}

const CREATED = '2026-01-05T09:00:00Z';

/** A user that was always there; `given` says what is special about it. */
export function seedUser(tenant: Tenant, given: Partial<DirectoryUser> & { id: string }): DirectoryUser {
  const user = directoryUser({ createdDateTime: CREATED, ...given });
  tenant.directory.seed({ users: [user], groups: [], members: [] });
  return user;
}

/** A group that was always there, with its direct members. */
export function seedGroup(
  tenant: Tenant,
  given: Partial<DirectoryGroup> & { id: string },
  memberIds: readonly string[] = [],
): DirectoryGroup {
  const group = directoryGroup({ createdDateTime: CREATED, ...given });
  tenant.directory.seed({ users: [], groups: [group], members: [[group.id, memberIds]] });
  return group;
}

/** A GUID that is easy to tell apart in a failed assertion: `testId('a', 1)`. */
export function testId(kind: 'a' | 'b' | 'c' | 'd' | 'e', number: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

const failureSchema = z.object({ statusCode: z.number(), code: z.string().nullish(), message: z.string() });

/** The failure of a call as the Graph client reports it; fails when the call succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<z.infer<typeof failureSchema>> {
  try {
    await call;
  } catch (error) {
    const { statusCode, code, message } = failureSchema.parse(error);
    return { statusCode, code, message };
  }
  throw new Error('The call succeeded, which it should not.');
}
