import { directoryUser, type DirectoryUser } from '../world/directory-object.ts';
import { sampleId } from './sample-id.ts';

/** The day the sample tenant's objects were made. */
export const SAMPLE_CREATED = '2026-01-05T09:00:00Z';

const DOMAIN = 'contoso.example';
const TENANT_DOMAIN = 'contoso.onmicrosoft.com';

const GIVEN_NAMES = [
  'Ada', 'Ben', 'Clara', 'David', 'Elena', 'Femi', 'Grace', 'Hugo', 'Ines', 'Jonas',
  'Kira', 'Liam', 'Mara', 'Noor', 'Omar', 'Paula', 'Quinn', 'Rosa', 'Sven', 'Tara',
]; // prettier-ignore
const SURNAMES = ['Adler', 'Bianchi', 'Costa', 'Dahl', 'Ekström', 'Fischer', 'Garcia', 'Haddad', 'Ito', 'Jansen'];

/** Departments in the order in which the members take turns, with their share of every ten people. */
const DEPARTMENTS = ['Engineering', 'Engineering', 'Engineering', 'Data', 'Finance', 'Finance', 'Warehouse', 'Sales', 'Sales', 'People']; // prettier-ignore

const GUESTS = ['amy@partner.example', 'bo@partner.example', 'cem@supplier.example', 'dora@supplier.example', 'eva@audit.example', 'finn@audit.example']; // prettier-ignore

/** ASCII part of a user principal name: no marks, no capitals. */
function nameKey(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/[^a-zA-Z]/g, '')
    .toLowerCase();
}

function member(index: number): DirectoryUser {
  const givenName = GIVEN_NAMES[index % GIVEN_NAMES.length] ?? '';
  const surname = SURNAMES[Math.floor(index / GIVEN_NAMES.length)] ?? '';
  const userPrincipalName = `${nameKey(givenName)}.${nameKey(surname)}@${DOMAIN}`;
  // Departments rotate against the name lists, so that no department is one family.
  const department = DEPARTMENTS[(index + Math.floor(index / GIVEN_NAMES.length)) % DEPARTMENTS.length] ?? null;
  return directoryUser({
    id: sampleId(`user|${userPrincipalName}`),
    createdDateTime: SAMPLE_CREATED,
    displayName: `${givenName} ${surname}`,
    userPrincipalName,
    mail: userPrincipalName,
    givenName,
    surname,
    department,
    companyName: 'Contoso',
    employeeId: String(10_001 + index),
    preferredLanguage: index % 3 === 0 ? 'de-DE' : 'en-US',
    onPremisesSyncEnabled: department === 'Warehouse' ? true : null,
  });
}

function guest(mail: string): DirectoryUser {
  const userPrincipalName = `${mail.replace('@', '_')}#EXT#@${TENANT_DOMAIN}`;
  const accepted = mail !== GUESTS.at(-1);
  return directoryUser({
    id: sampleId(`user|${userPrincipalName}`),
    createdDateTime: SAMPLE_CREATED,
    displayName: mail.replace(/@.*/, ' (guest)'),
    userPrincipalName,
    mail,
    userType: 'Guest',
    externalUserState: accepted ? 'Accepted' : 'PendingAcceptance',
    externalUserStateChangeDateTime: SAMPLE_CREATED,
  });
}

/** Position of the people a story can be told about among the members. */
const NOTABLE = { inManyGroups: 0, disabled: 17, withoutMail: 42 } as const;

/** The people of the sample tenant: 200 members, one of them disabled and one without mail, and 6 guests. */
export interface SamplePeople {
  readonly members: readonly DirectoryUser[];
  readonly guests: readonly DirectoryUser[];
  readonly inManyGroups: DirectoryUser;
  readonly disabled: DirectoryUser;
  readonly withoutMail: DirectoryUser;
}

function at(users: readonly DirectoryUser[], index: number): DirectoryUser {
  const user = users[index];
  if (user === undefined) throw new RangeError(`The sample tenant has no member number ${index}.`);
  return user;
}

/** Builds everybody anew; equal at every call. */
export function samplePeople(): SamplePeople {
  const members = Array.from({ length: GIVEN_NAMES.length * SURNAMES.length }, (_, index) => member(index)).map(
    (user, index) => ({
      ...user,
      accountEnabled: index !== NOTABLE.disabled,
      mail: index === NOTABLE.withoutMail ? null : user.mail,
    }),
  );
  return {
    members,
    guests: GUESTS.map(guest),
    inManyGroups: at(members, NOTABLE.inManyGroups),
    disabled: at(members, NOTABLE.disabled),
    withoutMail: at(members, NOTABLE.withoutMail),
  };
}
