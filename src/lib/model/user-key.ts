/** How a caller names a user; the name is in lower case. */
export type UserKey = { readonly userId: string } | { readonly userPrincipalName: string };
