import { z } from 'zod';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import type { AppRole } from '../../src/lib/http/check-token.ts';
import { request } from './request.ts';

const tokenSchema = z.object({ access_token: z.string() });

/** A fresh access token of the simulated login for Rolecall's API, of a person with these app roles. */
export async function localToken(simulatorUrl: string, roles: readonly AppRole[]): Promise<string> {
  const { tenantId, clientId } = SAMPLE_TENANT;
  const url = `${simulatorUrl}/_control/tokens`;
  const { body } = await request({ method: 'POST', url, body: { tenantId, audience: clientId, roles } });
  return tokenSchema.parse(body).access_token;
}
