import { z } from 'zod';
import { localToken } from '../command-line/local-token.ts';
import { quoted } from '../command-line/quoted.ts';
import { type Answer, type Method, request, RequestError } from '../command-line/request.ts';
import { defaultStackFile, runningStack } from '../command-line/running-stack.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import { listNamed, pick } from '../tenant/directory-names.ts';
import { connectStack } from '../tenant/connection.ts';
import type { Options } from './options.ts';

/** Rolecall's API for one tenant, as a person who may read and configure. */
export interface RolecallApi {
  /** `path` begins with `/`, below `/api/tenants/{tenantId}`. Throws RequestError. */
  call(method: Method, path: string, content?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
  /** How a route names the user that a person means. */
  userKey(text: string): Promise<string>;
  /** The connection's options, to be typed again: begins with a blank, or is empty. */
  readonly again: string;
}

/** Connects to what the options name: a deployed Rolecall, or else a running local stack. Throws UsageError. */
export function connectRolecall(options: Options, environment: NodeJS.ProcessEnv = process.env): RolecallApi {
  const { url, tenant, settings } = options;
  if (url !== undefined) return connectDeployed(options, environment);
  if (tenant !== undefined)
    throw new UsageError('A local stack has one tenant: say --url, too, or leave --tenant out.');
  return connectLocal(settings);
}

function connectLocal(settings: string): RolecallApi {
  const stack = runningStack(settings);
  const { tenantId } = SAMPLE_TENANT;
  return {
    async call(method, path, content) {
      const token = await localToken(stack.simulatorUrl, ['Rolecall.Read', 'Rolecall.Configure']);
      return request({ method, url: `${stack.hostUrl}/api/tenants/${tenantId}${path}`, token, ...content });
    },
    async userKey(text) {
      if (isKey(text)) return text;
      // A name is looked up in the simulated directory; records outlive their users, so deleted ones count.
      const connection = connectStack(stack);
      const lists = await Promise.all([listNamed(connection, 'user'), listNamed(connection, 'deletedUser')]);
      return pick(lists.flat(), text, 'user').id;
    },
    again: settings === defaultStackFile ? '' : ` --settings ${quoted(settings)}`,
  };
}

const deployedSchema = z.object({ url: z.url({ protocol: /^https$/ }), tenant: z.guid() });

function connectDeployed({ url, tenant }: Options, { ROLECALL_TOKEN }: NodeJS.ProcessEnv): RolecallApi {
  const place = deployedSchema.safeParse({ url, tenant }).data;
  if (place === undefined) throw new UsageError('Say --url https://… and --tenant <tenant id>, a GUID.');
  const token = ROLECALL_TOKEN?.trim() ?? '';
  if (token === '') throw new UsageError(tokenAdvice.join('\n'));
  const base = `${place.url.replace(/\/+$/, '')}/api/tenants/${place.tenant}`;
  return {
    async call(method, path, content) {
      try {
        return await request({ method, url: `${base}${path}`, token, ...content });
      } catch (error) {
        if (!(error instanceof RequestError) || error.status !== 401) throw error;
        throw new Error([error.message, ...tokenAdvice].join('\n'), { cause: error });
      }
    },
    async userKey(text) {
      if (isKey(text)) return text;
      throw new UsageError(`Name '${text}' by object id or user principal name.`);
    },
    again: ` --url ${quoted(place.url)} --tenant ${place.tenant}`,
  };
}

/** How to come by a token. */
export const tokenAdvice: readonly string[] = [
  'Put an access token for Rolecall into the environment variable ROLECALL_TOKEN, for example',
  '  export ROLECALL_TOKEN=$(az account get-access-token --tenant <tenant id> --scope <audience>/.default \\',
  '    --query accessToken --output tsv)',
  'where <audience> is the setting ROLECALL_API_AUDIENCE. It needs the app roles Rolecall.Read and Rolecall.Configure.',
];

/** An object id or a user principal name. */
function isKey(text: string): boolean {
  return text.includes('@') || z.guid().safeParse(text).success;
}
