import type { OffsetClock } from '../../clock.ts';
import { SubscriptionTable } from '../subscriptions/subscription.ts';
import { GRAPH_APP_ID, type AppRegistration, type AppRoleGrant, type AppSecret } from './app-registration.ts';
import { Directory } from './directory.ts';
import { guidOf } from './guid-of.ts';
import type { Random } from './random.ts';
import { Replicas } from './replicas.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** What it takes to register an app: everything has a sensible default. */
export interface AppSpec {
  clientId?: string;
  displayName?: string;
  isManagedIdentity?: boolean;
  /** A first client secret, valid for a year. */
  secret?: string;
  certificates?: readonly string[];
  identifierUris?: readonly string[];
  federatedCredentials?: AppRegistration['federatedCredentials'];
  /** Application permissions on Microsoft Graph, already consented. */
  permissions?: readonly string[];
  /** App roles on other registrations of the tenant. */
  appRoles?: readonly { resourceAppId: string; role: string }[];
}

/** One simulated Entra tenant: its directory, its app registrations, its change notification subscriptions. */
export class Tenant {
  readonly id: string;
  readonly displayName: string;
  readonly directory: Directory;
  readonly replicas: Replicas;
  /** Object id of Microsoft Graph's service principal, different in every tenant. */
  readonly graphServicePrincipalId: string;
  /** App registrations by client id (lower case). */
  readonly apps = new Map<string, AppRegistration>();
  readonly subscriptions = new SubscriptionTable();
  readonly #clock: OffsetClock;
  readonly #random: Random;

  constructor(id: string, displayName: string, clock: OffsetClock, random: Random) {
    this.id = id.toLowerCase();
    this.displayName = displayName;
    this.directory = new Directory(clock);
    this.replicas = new Replicas(this.directory, random);
    this.graphServicePrincipalId = guidOf(`Microsoft Graph in ${this.id}`);
    this.#clock = clock;
    this.#random = random;
  }

  /** Registers an app; an existing one of the same client id is replaced. */
  registerApp(spec: AppSpec): AppRegistration {
    const app: AppRegistration = {
      clientId: (spec.clientId ?? this.#random.guid()).toLowerCase(),
      objectId: this.#random.guid(),
      servicePrincipalId: this.#random.guid(),
      displayName: spec.displayName ?? 'Role sync',
      identifierUris: [...(spec.identifierUris ?? [])],
      secrets: [],
      certificates: [...(spec.certificates ?? [])],
      federatedCredentials: [...(spec.federatedCredentials ?? [])],
      grants: [],
      isManagedIdentity: spec.isManagedIdentity ?? false,
      groupMembershipClaims: null,
      appRoleAssignmentRequired: false,
    };
    this.apps.set(app.clientId, app);
    for (const role of spec.permissions ?? []) this.grant(app.clientId, role);
    for (const { resourceAppId, role } of spec.appRoles ?? []) this.grant(app.clientId, role, resourceAppId);
    if (spec.secret !== undefined) this.addSecret(app.clientId, { value: spec.secret });
    return app;
  }

  /** The app of a client id; throws when there is none. */
  app(clientId: string): AppRegistration {
    const app = this.apps.get(clientId.toLowerCase());
    if (app === undefined) throw new Error(`Tenant ${this.id} has no app ${clientId}.`);
    return app;
  }

  /** Consents to a permission. As in Entra, only tokens issued from now on carry it. */
  grant(clientId: string, role: string, resourceAppId = GRAPH_APP_ID): AppRoleGrant {
    const grant = {
      id: this.#random.guid(),
      resourceAppId,
      role,
      createdDateTime: this.#isoIn(0),
      revokedDateTime: null,
    };
    this.app(clientId).grants.push(grant);
    return grant;
  }

  /** Takes a permission away again. */
  revokeGrant(clientId: string, role: string, resourceAppId = GRAPH_APP_ID): void {
    for (const grant of this.app(clientId).grants) {
      if (grant.role === role && grant.resourceAppId === resourceAppId) grant.revokedDateTime ??= this.#isoIn(0);
    }
  }

  /** Adds a client secret beside the others; without times it is valid for a year from now. */
  addSecret(clientId: string, given: { value: string } & Partial<AppSecret>): AppSecret {
    const secret = {
      keyId: this.#random.guid(),
      displayName: null,
      startDateTime: this.#isoIn(0),
      endDateTime: this.#isoIn(YEAR_MS),
      ...given,
    };
    this.app(clientId).secrets.push(secret);
    return secret;
  }

  /** Deletes a client secret by its key id; whoever still uses it gets AADSTS7000215. */
  removeSecret(clientId: string, keyId: string): void {
    const app = this.app(clientId);
    app.secrets = app.secrets.filter((secret) => secret.keyId !== keyId);
  }

  #isoIn(ms: number): string {
    return new Date(this.#clock.now() + ms).toISOString();
  }
}
