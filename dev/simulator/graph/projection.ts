import { directoryGroup, directoryUser, type DirectoryGroup, type DirectoryUser } from '../world/directory-object.ts';
import type { DirectoryView } from '../world/directory-view.ts';
import type { AccessToken } from '../login/access-token.ts';
import { badRequest, GraphError } from './graph-error.ts';

/** A JSON object on its way out. */
export type Json = Record<string, unknown>;

/** Properties a user comes with when nothing is selected (Graph reference, "user resource type"). */
export const DEFAULT_USER_PROPERTIES = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
] as const;

/** What User.ReadBasic.All opens (Graph permissions reference). */
const BASIC_USER_PROPERTIES: ReadonlySet<string> = new Set([
  'id',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'userPrincipalName',
]);

const SAMPLE = { id: '', createdDateTime: '' };

/** All properties each type has here. */
const PROPERTIES = {
  user: Object.keys(directoryUser(SAMPLE)),
  group: Object.keys(directoryGroup(SAMPLE)),
} as const;

/** Stored outside the directory: asking for one together with directory properties is not implemented. */
const FOREIGN_PROPERTIES: ReadonlySet<string> = new Set(['skills', 'aboutMe', 'birthday', 'interests', 'schools']);

/** The properties of `$select`, undefined without one. */
export function selected(query: URLSearchParams): readonly string[] | undefined {
  const names = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  return names?.filter((name) => name !== '');
}

/** Shows one object as JSON; made once per request, so that a page costs no more than its values. */
export type View<T> = (object: T) => Json;

/** A user as the token may see it; what it may not read is null, id excepted. Throws 400 for an unknown property. */
export function userView(query: URLSearchParams, token: AccessToken): View<DirectoryUser> {
  return view('user', selected(query) ?? DEFAULT_USER_PROPERTIES, readableOfUser(token));
}

/** A group as the token may see it. */
export function groupView(query: URLSearchParams, token: AccessToken): View<DirectoryGroup> {
  return view('group', selected(query) ?? PROPERTIES.group, readableOfGroup(token));
}

/** A live user or group of mixed lists, with its type; undefined when this copy of the directory lacks it. */
export function directoryObjectView(
  directory: DirectoryView,
  query: URLSearchParams,
  token: AccessToken,
): (id: string) => Json | undefined {
  // In a mixed list a property of the other type is left out instead of refused.
  const names = selected(query);
  const showUser = view('user', ownNames('user', names) ?? DEFAULT_USER_PROPERTIES, readableOfUser(token));
  const showGroup = view('group', ownNames('group', names) ?? PROPERTIES.group, readableOfGroup(token));
  return (id) => {
    const user = directory.user(id);
    if (user !== undefined) return { '@odata.type': '#microsoft.graph.user', ...showUser(user) };
    const group = directory.group(id);
    return group && { '@odata.type': '#microsoft.graph.group', ...showGroup(group) };
  };
}

/** The requested properties of any other record. */
export function project(record: object, names: readonly string[], typeName: string): Json {
  const keys = names.map((name) => propertyNamed(name, Object.keys(record), typeName));
  return pick(record, keys);
}

type Readable = (name: string) => boolean;

function readableOfUser(token: AccessToken): Readable {
  if (token.permits('User.Read.All')) return () => true;
  const basic = token.permits('User.ReadBasic.All');
  return (name) => name === 'id' || (basic && BASIC_USER_PROPERTIES.has(name));
}

function readableOfGroup(token: AccessToken): Readable {
  const all = token.permits('GroupMember.Read.All');
  return (name) => all || name === 'id';
}

function view(type: 'user' | 'group', names: readonly string[], readable: Readable): View<object> {
  const keys = names.map((name) => propertyNamed(name, PROPERTIES[type], type));
  const shown = keys.filter(readable);
  const blank = Object.fromEntries(keys.map((key) => [key, null]));
  return (object) => Object.assign({ ...blank }, pick(object, shown));
}

function ownNames(type: 'user' | 'group', names: readonly string[] | undefined): readonly string[] | undefined {
  const own = new Set(PROPERTIES[type].map((key) => key.toLowerCase()));
  const found = names?.filter((name) => own.has(name.toLowerCase()));
  return found?.length === 0 ? ['id'] : found;
}

/** The property as the type spells it. Throws 400 for a name the type does not have. */
function propertyNamed(name: string, keys: readonly string[], typeName: string): string {
  if (FOREIGN_PROPERTIES.has(name)) throw new GraphError(501, 'NotImplemented', 'This operation is not supported.');
  const key = keys.find((one) => one.toLowerCase() === name.toLowerCase());
  if (key !== undefined) return key;
  throw badRequest(`Could not find a property named '${name}' on type 'microsoft.graph.${typeName}'.`);
}

function pick(object: object, keys: readonly string[]): Json {
  const picked: Json = {};
  for (const key of keys) picked[key] = Reflect.get(object, key);
  return picked;
}
