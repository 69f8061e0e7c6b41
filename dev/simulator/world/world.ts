import type { OffsetClock } from '../../clock.ts';
import { Control } from './control.ts';
import { PageSnapshots } from './page-snapshots.ts';
import { createRandom, type Random } from './random.ts';
import { Tenant } from './tenant.ts';
import { Vault } from '../vault/vault.ts';

/** All that is simulated, without any I/O: tenants, one vault, and the control state. */
export class World {
  readonly clock: OffsetClock;
  readonly random: Random;
  readonly control: Control;
  readonly vault: Vault;
  readonly pages = new PageSnapshots();
  readonly tenants = new Map<string, Tenant>();
  readonly #tenantListeners = new Set<(tenant: Tenant) => void>();

  constructor(clock: OffsetClock, seed = 1) {
    this.clock = clock;
    this.random = createRandom(seed);
    this.control = new Control(this.random);
    this.vault = new Vault(clock, this.random);
    clock.onAdvance(() => {
      for (const tenant of this.tenants.values()) tenant.directory.expire();
    });
  }

  /** Makes an empty tenant and announces it. Throws when the id is taken. */
  createTenant(spec: { id?: string; displayName?: string } = {}): Tenant {
    const tenant = new Tenant(spec.id ?? this.random.guid(), spec.displayName ?? 'Example', this.clock, this.random);
    if (this.tenants.has(tenant.id)) throw new Error(`Tenant ${tenant.id} exists already.`);
    this.tenants.set(tenant.id, tenant);
    for (const listener of this.#tenantListeners) listener(tenant);
    return tenant;
  }

  /** The tenant of an id; throws when there is none. */
  tenant(id: string): Tenant {
    const tenant = this.findTenant(id);
    if (tenant === undefined) throw new Error(`There is no tenant ${id}.`);
    return tenant;
  }

  findTenant(id: string): Tenant | undefined {
    return this.tenants.get(id.toLowerCase());
  }

  /** Calls the listener for each tenant there is and each one made later. */
  onTenant(listener: (tenant: Tenant) => void): void {
    this.#tenantListeners.add(listener);
    for (const tenant of this.tenants.values()) listener(tenant);
  }
}
