import { SAMPLE_TENANT } from './simulator/sample-tenant.ts';
import { IDENTITY_HEADER } from './simulator/login/identity-endpoint.ts';

/** Where the parts of a stack listen. */
export interface StackUrls {
  /** The host, e.g. `http://127.0.0.1:7071`. */
  host: string;
  /** The simulator, e.g. `https://localhost:8443`. */
  simulator: string;
  /** The storage, through the proxy. */
  connectionString: string;
}

/** Name of the sample tenant's client secret in the simulated vault. */
export const LOCAL_SECRET_NAME = 'rolecall-client-secret';

/** The app's settings against a local stack with the sample tenant; a caller's own come on top. */
export function localSettings({ host, simulator, connectionString }: StackUrls): Record<string, string> {
  const { tenantId, clientId } = SAMPLE_TENANT;
  return {
    AzureWebJobsStorage: connectionString,
    ROLECALL_PROFILE: 'local',
    ROLECALL_TENANTS: JSON.stringify([
      { tenantId, clientId, credential: 'secret', vaultUrl: simulator, secretName: LOCAL_SECRET_NAME },
    ]),
    ROLECALL_GRAPH_URL: simulator,
    ROLECALL_AUTHORITY_URL: simulator,
    ROLECALL_NOTIFICATION_URL: host,
    ROLECALL_API_AUDIENCE: clientId,
    ROLECALL_RULES_FILE: 'config/rules.sample.json',
    DIRECTORY_LAG_SECONDS: '2',
    // The vault is reached with the app's managed identity, which App Service offers at these two.
    IDENTITY_ENDPOINT: `${simulator}/msi/token`,
    IDENTITY_HEADER,
  };
}
