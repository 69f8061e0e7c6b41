type Names = ReadonlySet<string>;

/** What is in the first and not in the second. */
export function without(first: Names, second: Names): Names {
  return new Set([...first].filter((name) => !second.has(name)));
}

/** What is in either. */
export function either(first: Names, second: Names): Names {
  return new Set([...first, ...second]);
}

/** What is in both. */
export function both(first: Names, second: Names): Names {
  return new Set([...first].filter((name) => second.has(name)));
}
