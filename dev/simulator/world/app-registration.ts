/** Microsoft Graph's own application id, the same in every tenant. */
export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';

/** A client secret; several may live side by side during a rotation. Times are ISO 8601 UTC. */
export interface AppSecret {
  keyId: string;
  displayName: string | null;
  value: string;
  startDateTime: string;
  endDateTime: string;
}

/** Whose assertions an app trusts instead of a secret (Entra: federated identity credential). */
export interface FederatedCredential {
  issuer: string;
  subject: string;
  audience: string;
}

/** An app role the service principal holds on a resource; `role` is its value, such as `User.Read.All`. */
export interface AppRoleGrant {
  id: string;
  resourceAppId: string;
  role: string;
  createdDateTime: string;
  /** When it was taken away; kept because listings learn of it late. */
  revokedDateTime: string | null;
}

/** One app registration with its service principal in the same tenant. */
export interface AppRegistration {
  clientId: string;
  objectId: string;
  servicePrincipalId: string;
  displayName: string;
  /** Names under which tokens for this app are asked, such as `api://rolecall`. */
  identifierUris: string[];
  secrets: AppSecret[];
  /** Public certificates in PEM that may sign client assertions. */
  certificates: string[];
  federatedCredentials: FederatedCredential[];
  grants: AppRoleGrant[];
  /** True for a managed identity: it has no registration of its own and gets tokens from the identity endpoint. */
  isManagedIdentity: boolean;
  groupMembershipClaims: string | null;
  appRoleAssignmentRequired: boolean;
}
