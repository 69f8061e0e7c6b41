import type { Random } from '../simulator/world/random.ts';
import type { StorageOperation } from './operation.ts';

/** Which operations a rule is for; what is not named matches everything. */
export interface OperationMatch {
  service?: 'queue' | 'table';
  resource?: string;
  verb?: StorageOperation['verb'];
  write?: boolean;
  /** For what the names above can't say, e.g. a row inside a transaction. */
  where?(operation: StorageOperation): boolean;
}

export type Effect =
  /** Answers without executing: a conflict, a failed precondition, or a busy service. */
  | { kind: 'refuse'; status: 409 | 412 | 503 }
  /** Executes, then drops the connection, so that the client can't know. */
  | { kind: 'loseResponse' }
  /** Drops the connection without executing. */
  | { kind: 'loseRequest' }
  | { kind: 'delay'; milliseconds: number }
  /** Calls back before the operation is executed, or after it and before its answer is passed on, and waits for it. */
  | { kind: 'call'; when: 'before' | 'after'; run(operation: StorageOperation): Promise<void> | void };

export interface FaultRule {
  match: OperationMatch;
  effect: Effect;
  /** Lets this many matching operations pass first. */
  skip?: number;
  /** How often it strikes; without it, for ever. */
  times?: number;
  /** How likely it strikes, 0 to 1; decided by the proxy's seed. */
  probability?: number;
}

/** A matching operation that is held until `release`. */
export interface Pause {
  reached: Promise<StorageOperation>;
  release(): void;
}

export interface Faults {
  /** Adds a rule; the first rule that strikes wins. Returns the function that takes it away. */
  add(rule: FaultRule): () => void;
  /** Calls back at the n-th write from now on, counted from 1; writes are all operations but reads and receives. */
  onWrite(n: number, when: 'before' | 'after', run: (operation: StorageOperation) => Promise<void> | void): () => void;
  /** Holds the next matching operation, before or after it is executed. */
  pause(match: OperationMatch, when: 'before' | 'after'): Pause;
  /** Takes all rules away; what is held stays held until it is released. */
  clear(): void;
  /** How often each kind of effect struck; refusals by status, e.g. `refuse 412`. */
  injected(): Record<string, number>;
  /** The effect for this operation, if any rule strikes. */
  strike(operation: StorageOperation): Effect | undefined;
}

export function createFaults(random: Random): Faults {
  const rules = new Set<FaultRule>();
  const injected: Record<string, number> = {};

  const add = (rule: FaultRule): (() => void) => {
    const own = { ...rule };
    rules.add(own);
    return () => {
      rules.delete(own);
    };
  };
  const strikes = (rule: FaultRule): boolean => {
    if (rule.skip !== undefined && rule.skip > 0) {
      rule.skip -= 1;
      return false;
    }
    if (rule.times === 0 || !random.chance(rule.probability ?? 1)) return false;
    if (rule.times !== undefined) rule.times -= 1;
    return true;
  };
  return {
    add,
    onWrite: (n, when, run) =>
      add({ match: { write: true }, skip: n - 1, times: 1, effect: { kind: 'call', when, run } }),
    pause: (match, when) => pause(match, when, add),
    clear() {
      rules.clear();
    },
    injected: () => ({ ...injected }),
    strike(operation) {
      // Every matching rule counts the operation, so that `skip` means what it says whatever other rules do.
      const [effect] = [...rules]
        .filter((rule) => matches(rule.match, operation) && strikes(rule))
        .map((rule) => rule.effect);
      if (effect === undefined) return undefined;
      const name = effect.kind === 'refuse' ? `refuse ${effect.status}` : effect.kind;
      injected[name] = (injected[name] ?? 0) + 1;
      return effect;
    },
  };
}

function matches(match: OperationMatch, operation: StorageOperation): boolean {
  return (
    (match.service === undefined || match.service === operation.service) &&
    (match.resource === undefined || match.resource === operation.resource) &&
    (match.verb === undefined || match.verb === operation.verb) &&
    (match.write === undefined || match.write === operation.write) &&
    (match.where === undefined || match.where(operation))
  );
}

function pause(match: OperationMatch, when: 'before' | 'after', add: Faults['add']): Pause {
  const reached = Promise.withResolvers<StorageOperation>();
  const released = Promise.withResolvers<undefined>();
  const run = async (operation: StorageOperation): Promise<void> => {
    reached.resolve(operation);
    await released.promise;
  };
  const remove = add({ match, times: 1, effect: { kind: 'call', when, run } });
  return {
    reached: reached.promise,
    release() {
      remove();
      released.resolve(undefined);
    },
  };
}
