import { guidOf } from '../world/guid-of.ts';

/** Ids of application permissions of Microsoft Graph, the same in every tenant (Graph permissions reference). */
const KNOWN: Readonly<Record<string, string>> = {
  'Group.Read.All': '5b567255-7703-4780-807c-7be8301ae99b',
  'GroupMember.Read.All': '98830695-27a2-44f7-8c18-0c3ebc9698f6',
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
  'Member.Read.Hidden': '658aa5d8-239f-45c4-aa12-864f4fc7e490',
};

/** The id of an app role: the real one where it is known, else a lasting invented one. */
export function appRoleId(role: string): string {
  return KNOWN[role] ?? guidOf(role);
}

/** The permissions whose ids are known, as `appRoles` of Graph's service principal lists them. */
export const knownAppRoles = Object.entries(KNOWN).map(([value, id]) => ({ id, value }));
