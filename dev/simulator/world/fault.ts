import type { Random } from './random.ts';

/** A scripted failure: which requests it meets and what it does to them. Conditions left out match everything. */
export interface FaultSpec {
  method?: string;
  /** A regular expression over the path below the host, such as `^/v1.0/users/`; inside a batch `/v1.0` is added. */
  path?: string;
  tenantId?: string;
  /** Chance to strike at a matching request; 1 if absent. */
  probability?: number;
  /** How often it strikes before it is used up; unlimited if absent. */
  count?: number;
  /** Answer with this status instead of the real answer. */
  status?: number;
  /** Answer with this body, 200 unless `status` says otherwise: half an answer, an old one or nonsense. */
  body?: unknown;
  /** Graph error code of that answer. */
  code?: string;
  retryAfterSeconds?: number;
  /** Wait this long (real milliseconds) before anything else. */
  delayMs?: number;
  /** Cut the connection without an answer: before or after the request was carried out. */
  drop?: 'before' | 'after';
}

/** A fault in force, with how often it has struck. */
export interface Fault {
  readonly id: number;
  readonly spec: FaultSpec;
  struck: number;
}

/** What a fault is held against. */
export interface FaultTarget {
  method: string;
  path: string;
  tenantId?: string | undefined;
}

/** The faults in force, in the order they were added; the first that strikes wins. */
export class Faults {
  readonly #random: Random;
  #faults: Fault[] = [];
  #lastId = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  add(spec: FaultSpec): Fault {
    const fault = { id: ++this.#lastId, spec, struck: 0 };
    this.#faults.push(fault);
    return fault;
  }

  remove(id: number): void {
    this.#faults = this.#faults.filter((fault) => fault.id !== id);
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that strikes this request, if any; it is counted as struck. */
  strike(target: FaultTarget): FaultSpec | undefined {
    const fault = this.#faults.find((one) => matches(one, target) && this.#random.chance(one.spec.probability ?? 1));
    if (fault === undefined) return undefined;
    fault.struck += 1;
    return fault.spec;
  }
}

function matches({ spec, struck }: Fault, target: FaultTarget): boolean {
  if (struck >= (spec.count ?? Number.POSITIVE_INFINITY)) return false;
  if (spec.method !== undefined && spec.method.toUpperCase() !== target.method) return false;
  if (spec.tenantId !== undefined && spec.tenantId.toLowerCase() !== target.tenantId) return false;
  return spec.path === undefined || new RegExp(spec.path, 'i').test(target.path);
}
