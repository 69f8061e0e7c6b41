import { z } from 'zod';
import { rulesDocumentSchema } from '../model/rules-document.ts';

/**
 * What can be read of a rules document, whatever the shape of the rest: undefined is not there; null is there and can't be read, or
 * may be what somebody misspelt. Places in lists are those of the document. A sound document is a draft, too.
 */
export type DraftDocument = z.infer<typeof draft>;
export type DraftRule = NonNullable<NonNullable<DraftDocument['rules']>[number]>;
export type DraftGrants = NonNullable<DraftRule['grants']>;
export type DraftConflict = NonNullable<NonNullable<DraftDocument['conflicts']>[number]>;

/** Reads what there is to read. Of something that is no object that is nothing. */
export function draftDocument(value: unknown): DraftDocument {
  return draft.safeParse(value).data ?? { roles: null, rules: null };
}

function readable<T extends z.ZodType>(schema: T) {
  return schema.nullish().catch(null);
}

/** Some properties of an object. One that is missing is null if the value of a misspelt one could be meant by it. */
function part<S extends z.ZodRawShape>(whole: z.ZodObject, shape: S) {
  return z.preprocess((value) => {
    if (!isObject(value)) return value;
    const strangers = Object.entries(value).flatMap(([name, stranger]) =>
      Object.hasOwn(whole.shape, name) ? [] : [stranger],
    );
    const mayBe = (schema: z.core.$ZodType): boolean =>
      strangers.some((stranger) => (z.safeParse(schema, stranger).data ?? null) !== null);
    const doubtful = Object.entries(shape).flatMap(([name, schema]) =>
      !Object.hasOwn(value, name) && mayBe(schema) ? [name] : [],
    );
    const read: Readonly<Record<string, unknown>> = {
      ...value,
      ...Object.fromEntries(doubtful.map((name) => [name, null])),
    };
    return read;
  }, z.object(shape));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf<T extends z.ZodType>(item: T) {
  return readable(z.array(readable(item)));
}

const whole = rulesDocumentSchema.shape;
const rule = whole.rules.element;
const role = whole.roles.element;
const conflict = whole.conflicts.unwrap().element;
const [, guests] = rule.shape.guests.unwrap().options;

// As they are written: an id that is none is no other id.
const id = readable(z.string());
const named = (item: z.ZodObject) => listOf(part(item, { id }));

const ids = listOf(rule.shape.grants.shape.roles.unwrap().element);
const grants = readable(part(rule.shape.grants, { roles: ids, businessFunctions: ids, teams: ids, permissions: ids }));
const group = part(rule.shape.group, {
  id: readable(rule.shape.group.shape.id),
  displayName: readable(rule.shape.group.shape.displayName),
  displayNamePattern: readable(rule.shape.group.shape.displayNamePattern),
  pin: readable(rule.shape.group.shape.pin),
});

const draft = part(rulesDocumentSchema, {
  roles: listOf(part(role, { id, precedence: readable(role.shape.precedence) })),
  businessFunctions: named(whole.businessFunctions.unwrap().element),
  teams: named(whole.teams.unwrap().element),
  permissions: named(whole.permissions.unwrap().element),
  rules: listOf(
    part(rule, {
      id,
      group: readable(group),
      where: readable(z.record(z.string(), z.unknown())),
      grants,
      guests: readable(z.union([z.enum(['include', 'exclude']), part(guests, { grants })])),
      scopes: listOf(rule.shape.scopes.unwrap().element),
    }),
  ),
  groups: named(whole.groups.unwrap().element),
  conflicts: listOf(part(conflict, { id, roles: listOf(role.shape.id), action: readable(conflict.shape.action) })),
  roleResolution: readable(whole.roleResolution),
  defaultRole: readable(whole.defaultRole.unwrap()),
});
