import { unsupportedQuery, badRequest } from './graph-error.ts';

/** A record whose properties a filter may name. */
type Filterable = object;

/** Decides whether one object passes. */
export type Predicate = (record: Filterable) => boolean;

/** A parsed `$filter`, with the id it names when it is nothing but `property eq 'value'`. */
export interface Filter {
  matches: Predicate;
  only?: { property: string; value: string };
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w./]*(?:@odata\.\w+)?)|([(),:])|(-?\d[\w:.+-]*))/y;

/**
 * Parses the part of OData's filter language that directory objects take without advanced queries: `eq`, `in`,
 * `startswith`, `any` over string collections, `and`, `or`, parentheses. Everything else is 400 Request_UnsupportedQuery.
 */
export function parseFilter(text: string): Filter {
  const parser = new FilterParser(tokenize(text));
  const matches = parser.parse();
  const single = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*$/.exec(text);
  if (single?.[1] === undefined || single[2] === undefined) return { matches };
  return { matches, only: { property: single[1], value: single[2].replaceAll("''", "'") } };
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw badRequest(`Invalid filter clause: syntax error at position ${at}.`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

class FilterParser {
  readonly #tokens: readonly string[];
  #place = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(): Predicate {
    const predicate = this.#or();
    if (this.#place < this.#tokens.length) throw badRequest(`Invalid filter clause at '${this.#peek()}'.`);
    return predicate;
  }

  #or(): Predicate {
    const parts = [this.#and()];
    while (this.#accept('or')) parts.push(this.#and());
    return (record) => parts.some((part) => part(record));
  }

  #and(): Predicate {
    const parts = [this.#term()];
    while (this.#accept('and')) parts.push(this.#term());
    return (record) => parts.every((part) => part(record));
  }

  #term(): Predicate {
    if (this.#accept('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const name = this.#take();
    if (name.toLowerCase() === 'startswith') return this.#startsWith();
    if (name.toLowerCase().endsWith('/any')) return this.#any(name.slice(0, -'/any'.length));
    const operator = this.#take().toLowerCase();
    if (operator === 'eq') {
      const expected = literal(this.#take());
      return (record) => same(property(record, name), expected);
    }
    if (operator === 'in') {
      const expected = this.#list();
      return (record) => expected.some((one) => same(property(record, name), one));
    }
    throw unsupportedQuery(`Unsupported Query: operator '${operator}' needs an advanced query.`);
  }

  #startsWith(): Predicate {
    this.#expect('(');
    const name = this.#take();
    this.#expect(',');
    const prefix = String(literal(this.#take())).toLowerCase();
    this.#expect(')');
    return (record) => {
      const value = property(record, name);
      return typeof value === 'string' && value.toLowerCase().startsWith(prefix);
    };
  }

  /** `groupTypes/any(c:c eq 'Unified')`. */
  #any(name: string): Predicate {
    this.#expect('(');
    this.#take();
    this.#expect(':');
    this.#take();
    this.#expect('eq');
    const expected = literal(this.#take());
    this.#expect(')');
    return (record) => {
      const values = property(record, name);
      return Array.isArray(values) && values.some((value) => same(value, expected));
    };
  }

  #list(): unknown[] {
    this.#expect('(');
    const values = [literal(this.#take())];
    while (this.#accept(',')) values.push(literal(this.#take()));
    this.#expect(')');
    return values;
  }

  #peek(): string {
    return this.#tokens[this.#place] ?? '';
  }

  #take(): string {
    const token = this.#tokens[this.#place];
    if (token === undefined) throw badRequest('Invalid filter clause: unexpected end.');
    this.#place += 1;
    return token;
  }

  #accept(token: string): boolean {
    const found = this.#peek().toLowerCase() === token;
    if (found) this.#place += 1;
    return found;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw badRequest(`Invalid filter clause: '${token}' expected at '${this.#peek()}'.`);
  }
}

function literal(token: string): unknown {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  throw unsupportedQuery(`Unsupported Query: literal '${token}'.`);
}

function property(record: Filterable, name: string): unknown {
  const found = Object.entries(record).find(([key]) => key.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw badRequest(`Could not find a property named '${name}'.`);
  return found[1];
}

/** Strings of the directory compare without regard to case. */
function same(value: unknown, expected: unknown): boolean {
  if (typeof value === 'string' && typeof expected === 'string') return value.toLowerCase() === expected.toLowerCase();
  return value === expected;
}
