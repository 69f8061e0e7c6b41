/** A type whose optional properties are absent rather than undefined. */
export type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** A parsed body as a set of property changes. Bodies come from JSON, which has no undefined. */
export function definedOnly<T extends object>(given: T): Defined<T> {
  if (!isDefined(given)) throw new TypeError('A parsed body has no undefined properties.');
  return given;
}

/** Those of the given properties that differ from what is stored; arrays and objects are compared as JSON. */
export function changedOnly<T extends object>(stored: object, given: T): Partial<T> {
  const before = new Map<string, unknown>(Object.entries(stored));
  const changed: Partial<T> = { ...given };
  for (const [key, value] of Object.entries(given)) {
    if (JSON.stringify(before.get(key)) === JSON.stringify(value)) Reflect.deleteProperty(changed, key);
  }
  return changed;
}

function isDefined<T extends object>(given: T): given is T & Defined<T> {
  return Object.values(given).every((value) => value !== undefined);
}
