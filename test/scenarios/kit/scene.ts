import type { Timeline } from '../../../dev/converge/timeline.ts';
import { wrongRevokes } from '../../../dev/converge/wrong-revokes.ts';
import { checkTenant } from '../../../dev/oracle/check-tenant.ts';
import { readTables, type StoredAuditEntry, type Tables } from '../../../dev/oracle/read-tables.ts';
import { readUser, type StoredUser } from '../../../dev/oracle/read-user.ts';
import type { StoredRecord } from '../../../dev/oracle/stored-record.ts';
import type { Mutation } from '../../../dev/simulator/world/change.ts';
import type { DirectoryUser } from '../../../dev/simulator/world/directory-object.ts';
import type { Tenant } from '../../../dev/simulator/world/tenant.ts';
import type { Stack } from '../../../dev/stack.ts';
import { idOf } from './cast.ts';

/** One tenant of a stage: what happens in its directory, and what is recorded of it. People and groups go by name. */
export class Scene {
  readonly tenantId: string;
  readonly tenant: Tenant;
  readonly #stack: Stack;
  readonly #rules: Record<string, unknown>;
  readonly #timeline: () => Timeline;

  constructor(stack: Stack, tenantId: string, rules: Record<string, unknown>, timeline: () => Timeline) {
    this.tenantId = tenantId;
    this.tenant = stack.simulator.world.tenant(tenantId);
    this.#stack = stack;
    this.#rules = rules;
    this.#timeline = timeline;
  }

  happen(mutation: Mutation): void {
    this.tenant.directory.apply(mutation);
  }

  join(member: string, group: string): void {
    this.#membership('memberAdded', member, group);
  }

  leave(member: string, group: string): void {
    this.#membership('memberRemoved', member, group);
  }

  change(user: string, properties: Partial<DirectoryUser>): void {
    this.happen({ kind: 'userUpdated', userId: idOf(user), properties });
  }

  tables(): Promise<Tables> {
    return readTables(this.#stack.storage, this.tenantId);
  }

  /** What is stored of one user: a small part of `tables`. */
  stored(user: string): Promise<StoredUser> {
    return readUser(this.#stack.storage, this.tenantId, idOf(user));
  }

  async record(user: string): Promise<StoredRecord | undefined> {
    return (await this.stored(user)).record;
  }

  /** What a user holds in effect, such as `role admin`, sorted; a pending revocation is marked. */
  async access(user: string): Promise<readonly string[]> {
    return accessOf(await this.record(user));
  }

  /** The audit entries of a user, oldest first. */
  async audit(user: string): Promise<readonly StoredAuditEntry[]> {
    return (await this.stored(user)).entries;
  }

  /** How often a user was given (or lost) an entitlement so far. */
  async changes(user: string, type: 'grant' | 'update' | 'revoke', entitlement: string): Promise<number> {
    const changes = (await this.audit(user)).flatMap((entry) => entry.changes);
    return changes.filter((change) => change.type === type && `${change.kind} ${change.id}` === entitlement).length;
  }

  /**
   * Everything that is wrong with what is stored of this tenant, by the oracle; and every wrong revoke ever (promise 1).
   *
   * @param rules the document in force, where it is no longer the first
   */
  async verdict(rules: unknown = this.#rules): Promise<readonly string[]> {
    const tables = await this.tables();
    return [
      ...checkTenant(this.#stack.simulator.world, this.tenantId, tables, rules),
      ...wrongRevokes(tables, this.#timeline()),
    ];
  }

  #membership(kind: 'memberAdded' | 'memberRemoved', member: string, group: string): void {
    const memberType = this.tenant.directory.memberType(idOf(member));
    if (memberType === undefined) throw new Error(`${member} is not in the directory.`);
    this.happen({ kind, groupId: idOf(group), memberId: idOf(member), memberType });
  }
}

export function accessOf(record: StoredRecord | undefined): readonly string[] {
  if (record?.state !== 'active') return [];
  return record.assignments
    .map(({ kind, id, pendingSince }) => `${kind} ${id}${pendingSince === undefined ? '' : ' (pending)'}`)
    .sort();
}
