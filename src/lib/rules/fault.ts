/** One thing that is wrong with a rules document. */
export interface Fault {
  /** JSON path, for example `$.rules[2].group.id`. */
  readonly path: string;
  readonly fault: string;
  readonly remedy: string;
}

/** Something that is allowed and probably not meant. */
export interface Warning {
  readonly path: string;
  readonly warning: string;
  readonly remedy: string;
}

/** Either a value or every fault that stands in its way. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] };

/** `$.rules[2].group.id` of the parts `rules`, 2, `group`, `id`. */
export function jsonPath(parts: Path): string {
  return parts
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = String(part);
      return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .reduce((path, part) => path + part, '$');
}

/** Where in a document something stands: names of properties and places in lists. */
export type Path = readonly PropertyKey[];

export function faultAt(path: Path, fault: string, remedy: string): Fault {
  return { path: jsonPath(path), fault, remedy };
}
