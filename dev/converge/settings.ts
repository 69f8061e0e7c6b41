import { localSettings, type StackUrls } from '../local-settings.ts';
import { clientId, secretName, tenantIdOf } from './cast.ts';

/** The app's settings for a run: many tenants, one vault, queues that are polled without pause. */
export function convergeSettings(urls: StackUrls, tenants: number, rulesFile: string): Record<string, string> {
  const vaultUrl = urls.simulator;
  return {
    ...localSettings(urls),
    ROLECALL_TENANTS: JSON.stringify(
      Array.from({ length: tenants }, (_, index) => ({
        tenantId: tenantIdOf(index),
        clientId,
        credential: 'secret',
        vaultUrl,
        secretName,
      })),
    ),
    ROLECALL_API_AUDIENCE: clientId,
    ROLECALL_RULES_FILE: rulesFile,
    AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:00.100',
  };
}
