import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Stack } from '../stack.ts';
import { adminApp, benchTenantId } from './bench-tenant.ts';

const tokenSchema = z.object({ access_token: z.string() });

/** A token for Graph as the bench tenant's administrator, who may read and change memberships. */
export async function login(stack: Stack): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: adminApp.clientId,
    client_secret: adminApp.secret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const url = `${stack.simulator.url}/${benchTenantId}/oauth2/v2.0/token`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const asked = request(url, { method: 'POST', ca: stack.certificate.cert, headers });
  asked.end(form.toString());
  const [response] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(asked, 'response'));
  return tokenSchema.parse(JSON.parse(await text(response))).access_token;
}
