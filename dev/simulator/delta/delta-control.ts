import { z } from 'zod';
import type { ControlRoute } from '../control/control-route.ts';
import { DeltaRounds } from './delta-rounds.ts';
import { DEFAULT_DELTA_SETTINGS, deltaSettingsSchema, type DeltaSettings } from './delta-settings.ts';
import type { DeltaToken } from './delta-token.ts';

/** Switches and memory of the delta queries, for tests and `/_control`. */
export class DeltaControl {
  readonly settings: DeltaSettings = { ...DEFAULT_DELTA_SETTINGS };
  readonly rounds = new DeltaRounds();
  /** Starts above every serial of an earlier process, whose tokens may still be in use. */
  #serial = Date.now() * 1000;
  /** Per tenant: tokens up to this serial are refused, and how. */
  readonly #refused = new Map<string, { upTo: number; as: 'expired' | 'reset' }>();

  /** The number of the next token. */
  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  /** Makes every delta link of the tenant issued so far as old as one of more than seven days: 400 `syncStateNotFound`. */
  expireTokens(tenantId: string): void {
    this.#refused.set(tenantId.toLowerCase(), { upTo: this.#serial, as: 'expired' });
  }

  /** Makes Graph ask for a full round for every delta link of the tenant issued so far: 410 with `Location`. */
  resetTokens(tenantId: string): void {
    this.#refused.set(tenantId.toLowerCase(), { upTo: this.#serial, as: 'reset' });
  }

  /** How a token is refused, if it is. */
  refusalOf(token: DeltaToken): 'expired' | 'reset' | undefined {
    const refused = this.#refused.get(token.query.tenantId);
    return refused !== undefined && token.serial <= refused.upTo ? refused.as : undefined;
  }

  /** Back to the default settings; links that were made invalid stay so. */
  reset(): void {
    Object.assign(this.settings, DEFAULT_DELTA_SETTINGS);
  }
}

const tenantSchema = z.object({ tenantId: z.string().optional() }).default({});

/** Applies `act` to the tenant of the body, or to all. */
function forTenants(act: (control: DeltaControl, tenantId: string) => void): ControlRoute['handle'] {
  return ({ simulator: { world }, body }) => {
    const { tenantId } = tenantSchema.parse(body);
    const tenants = tenantId === undefined ? [...world.tenants.values()] : [world.tenant(tenantId)];
    for (const tenant of tenants) act(world.control.delta, tenant.id);
    return { status: 204 };
  };
}

/** `/_control/delta` shows and turns the switches; `/_control/deltaTokens/…` makes issued links invalid. */
export const deltaControlRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/delta',
    handle: ({ simulator: { world } }) => ({ status: 200, body: world.control.delta.settings }),
  },
  {
    method: 'PATCH',
    path: '/delta',
    handle: ({ simulator: { world }, body }) => {
      Object.assign(world.control.delta.settings, deltaSettingsSchema.partial().parse(body));
      return { status: 200, body: world.control.delta.settings };
    },
  },
  {
    method: 'POST',
    path: '/deltaTokens/expire',
    handle: forTenants((control, tenantId) => {
      control.expireTokens(tenantId);
    }),
  },
  {
    method: 'POST',
    path: '/deltaTokens/reset',
    handle: forTenants((control, tenantId) => {
      control.resetTokens(tenantId);
    }),
  },
];
