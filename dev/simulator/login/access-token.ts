/** Permissions that a higher one contains (Microsoft Graph permissions reference). */
const CONTAINS: Readonly<Record<string, readonly string[]>> = {
  'Directory.ReadWrite.All': ['Directory.Read.All', 'Group.ReadWrite.All', 'User.ReadWrite.All'],
  'Directory.Read.All': ['User.Read.All', 'Group.Read.All', 'Application.Read.All', 'Organization.Read.All'],
  'User.ReadWrite.All': ['User.Read.All'],
  'User.Read.All': ['User.ReadBasic.All'],
  'Group.ReadWrite.All': ['Group.Read.All', 'GroupMember.ReadWrite.All'],
  'Group.Read.All': ['GroupMember.Read.All'],
  'GroupMember.ReadWrite.All': ['GroupMember.Read.All'],
  'Application.ReadWrite.All': ['Application.Read.All'],
};

/** A verified app-only access token. */
export class AccessToken {
  readonly tenantId: string;
  readonly clientId: string;
  /** Object id of the service principal. */
  readonly principalId: string;
  /** Exactly what the token's `roles` claim says. */
  readonly roles: ReadonlySet<string>;
  readonly #permissions: ReadonlySet<string>;

  constructor(claims: { tid: string; appid: string; oid: string; roles: readonly string[] }) {
    this.tenantId = claims.tid;
    this.clientId = claims.appid;
    this.principalId = claims.oid;
    this.roles = new Set(claims.roles);
    this.#permissions = containedIn(claims.roles);
  }

  /** Whether a permission was granted, by name or inside a higher one. */
  permits(permission: string): boolean {
    return this.#permissions.has(permission);
  }

  /** Whether one of the lists is granted as a whole. */
  permitsAny(lists: readonly (readonly string[])[]): boolean {
    return lists.length === 0 || lists.some((list) => list.every((permission) => this.permits(permission)));
  }
}

function containedIn(roles: readonly string[]): ReadonlySet<string> {
  const found = new Set(roles);
  for (const role of found) for (const contained of CONTAINS[role] ?? []) found.add(contained);
  return found;
}
