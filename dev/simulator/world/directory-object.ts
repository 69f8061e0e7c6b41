/** A user as Graph v1.0 knows it: the properties this simulator keeps, all present, null where never set. */
export interface DirectoryUser {
  id: string;
  displayName: string;
  userPrincipalName: string;
  mail: string | null;
  accountEnabled: boolean;
  userType: 'Member' | 'Guest' | null;
  externalUserState: 'PendingAcceptance' | 'Accepted' | null;
  externalUserStateChangeDateTime: string | null;
  givenName: string | null;
  surname: string | null;
  jobTitle: string | null;
  department: string | null;
  companyName: string | null;
  employeeId: string | null;
  mobilePhone: string | null;
  officeLocation: string | null;
  preferredLanguage: string | null;
  businessPhones: readonly string[];
  onPremisesSyncEnabled: boolean | null;
  createdDateTime: string;
  deletedDateTime: string | null;
}

/** A group as Graph v1.0 knows it. Its kind follows from `groupTypes`, `mailEnabled` and `securityEnabled`. */
export interface DirectoryGroup {
  id: string;
  displayName: string;
  description: string | null;
  mail: string | null;
  mailNickname: string;
  mailEnabled: boolean;
  securityEnabled: boolean;
  groupTypes: readonly string[];
  membershipRule: string | null;
  membershipRuleProcessingState: 'On' | 'Paused' | null;
  isAssignableToRole: boolean | null;
  onPremisesSyncEnabled: boolean | null;
  onPremisesSamAccountName: string | null;
  resourceProvisioningOptions: readonly string[];
  visibility: 'Public' | 'Private' | 'HiddenMembership' | null;
  createdDateTime: string;
  deletedDateTime: string | null;
}

/** A complete user from the properties that matter to the caller. */
export function directoryUser(given: Partial<DirectoryUser> & { id: string; createdDateTime: string }): DirectoryUser {
  return {
    displayName: given.id,
    userPrincipalName: `${given.id}@example.onmicrosoft.com`,
    mail: null,
    accountEnabled: true,
    userType: 'Member',
    externalUserState: null,
    externalUserStateChangeDateTime: null,
    givenName: null,
    surname: null,
    jobTitle: null,
    department: null,
    companyName: null,
    employeeId: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    businessPhones: [],
    onPremisesSyncEnabled: null,
    deletedDateTime: null,
    ...given,
  };
}

/** A complete group, a plain security group unless the given properties say otherwise. */
export function directoryGroup(
  given: Partial<DirectoryGroup> & { id: string; createdDateTime: string },
): DirectoryGroup {
  return {
    displayName: given.id,
    description: null,
    mail: null,
    mailNickname: given.id,
    mailEnabled: false,
    securityEnabled: true,
    groupTypes: [],
    membershipRule: null,
    membershipRuleProcessingState: null,
    isAssignableToRole: null,
    onPremisesSyncEnabled: null,
    onPremisesSamAccountName: null,
    resourceProvisioningOptions: [],
    visibility: null,
    deletedDateTime: null,
    ...given,
  };
}
