import { directoryGroup, type DirectoryGroup } from '../world/directory-object.ts';
import { sampleId } from './sample-id.ts';
import { SAMPLE_CREATED } from './sample-users.ts';

/**
 * The groups of the sample tenant by a short name, with fixed ids that rules documents name.
 *
 * | name | kind | members |
 * |---|---|---|
 * | allStaff | security | the groups engineering, finance, sales |
 * | engineering | security | department Engineering, the groups platform and dataScience |
 * | platform | security | every fourth engineer, the group platformOnCall |
 * | platformOnCall | security | three engineers, and engineering again: a cycle three deep |
 * | dataScience | security | department Data |
 * | finance | mail-enabled security | department Finance |
 * | paymentsCreate | security | some of Finance |
 * | paymentsApprove | role-assignable security | others of Finance |
 * | sales | security | department Sales |
 * | warehouse | security, synchronised from on premises | department Warehouse |
 * | assist | security, known by its name | some of Sales and Engineering, the disabled account |
 * | partners | security | all guests and two members |
 * | germanSpeakers | security, dynamic | everybody whose language is German |
 * | launchTeam | Microsoft 365, a team | a few of each department, one guest |
 * | board | Microsoft 365, hidden membership | five people |
 * | newsletter | distribution | every second member |
 */
export const SAMPLE_GROUPS = {
  allStaff: { id: '11f0c5a2-6d0e-4b7f-9a31-0c5d2e8f7a01', displayName: 'all-staff' },
  engineering: { id: '22a1d6b3-7e1f-4c80-8b42-1d6e3f908b02', displayName: 'eng' },
  platform: { id: '33b2e7c4-8f20-4d91-9c53-2e7f40a19c03', displayName: 'eng-platform' },
  platformOnCall: { id: '44c3f8d5-9031-4ea2-8d64-3f8051b2ad04', displayName: 'eng-platform-on-call' },
  dataScience: { id: '55d409e6-a142-4fb3-9e75-409162c3be05', displayName: 'data-science-emea' },
  finance: { id: '66e51af7-b253-40c4-8f86-51a273d4cf06', displayName: 'finance' },
  paymentsCreate: { id: '77f62b08-c364-41d5-9097-62b384e5d007', displayName: 'payments-create' },
  paymentsApprove: { id: '88073c19-d475-42e6-81a8-73c495f6e108', displayName: 'payments-approve' },
  sales: { id: '99184d2a-e586-43f7-92b9-84d5a607f209', displayName: 'sales' },
  warehouse: { id: 'aa295e3b-f697-4408-83ca-95e6b718030a', displayName: 'warehouse-onprem' },
  assist: { id: 'bb3a6f4c-07a8-4519-94db-a6f7c829140b', displayName: 'Azure_APP_Production-Assist' },
  partners: { id: 'cc4b705d-18b9-462a-85ec-b708d93a250c', displayName: 'partners' },
  germanSpeakers: { id: 'dd5c816e-29ca-473b-96fd-c819ea4b360d', displayName: 'language-german' },
  launchTeam: { id: 'ee6d927f-3adb-484c-870e-d92afb5c470e', displayName: 'Product launch' },
  board: { id: 'ff7ea380-4bec-495d-981f-ea3b0c6d580f', displayName: 'Board' },
  newsletter: { id: '0f8fb491-5cfd-4a6e-8920-fb4c1d7e6910', displayName: 'Newsletter' },
} as const;

/** Short name of one of the sample groups. */
export type SampleGroupName = keyof typeof SAMPLE_GROUPS;

/** What makes a group another kind than plain security; the properties are those of Graph's `group` resource. */
const KINDS: Partial<Record<SampleGroupName, Partial<DirectoryGroup>>> = {
  finance: { mailEnabled: true, mail: 'finance@contoso.example' },
  paymentsApprove: { isAssignableToRole: true, visibility: 'Private' },
  warehouse: { onPremisesSyncEnabled: true, onPremisesSamAccountName: 'warehouse-onprem' },
  germanSpeakers: {
    groupTypes: ['DynamicMembership'],
    membershipRule: 'user.preferredLanguage -eq "de-DE"',
    membershipRuleProcessingState: 'On',
  },
  launchTeam: {
    groupTypes: ['Unified'],
    mailEnabled: true,
    mail: 'launch@contoso.example',
    securityEnabled: false,
    resourceProvisioningOptions: ['Team'],
    visibility: 'Private',
  },
  board: {
    groupTypes: ['Unified'],
    mailEnabled: true,
    mail: 'board@contoso.example',
    securityEnabled: true,
    visibility: 'HiddenMembership',
  },
  newsletter: { mailEnabled: true, mail: 'newsletter@contoso.example', securityEnabled: false },
};

function isSampleGroupName(name: string): name is SampleGroupName {
  return name in SAMPLE_GROUPS;
}

/** All short names, in the order of the table. */
export const SAMPLE_GROUP_NAMES: readonly SampleGroupName[] = Object.keys(SAMPLE_GROUPS).filter(isSampleGroupName);

/** The named groups, complete as Graph knows them. */
export function sampleGroups(): readonly DirectoryGroup[] {
  return SAMPLE_GROUP_NAMES.map((name) =>
    directoryGroup({
      ...SAMPLE_GROUPS[name],
      createdDateTime: SAMPLE_CREATED,
      mailNickname: name,
      description: `Sample group ${name}`,
      ...KINDS[name],
    }),
  );
}

/** Small groups that nobody maps; together with the named ones they put one user into 300. */
export function sampleProjects(count: number): readonly DirectoryGroup[] {
  return Array.from({ length: count }, (_, index) => {
    const displayName = `project-${String(index + 1).padStart(3, '0')}`;
    return directoryGroup({
      id: sampleId(`group|${displayName}`),
      createdDateTime: SAMPLE_CREATED,
      displayName,
      mailNickname: displayName,
    });
  });
}
