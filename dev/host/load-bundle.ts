import { createRequire, registerHooks } from 'node:module';
import { triggerSchema } from './functions-core.ts';
import type {
  FunctionCallback,
  FunctionMetadata,
  FunctionsCore,
  HookCallback,
  ProgrammingModel,
  Trigger,
} from './functions-core.ts';
import type { HostLog } from './host-log.ts';

export interface RegisteredFunction {
  name: string;
  metadata: FunctionMetadata;
  trigger: Trigger;
  callback: FunctionCallback;
}

export interface LoadedApp {
  functions: readonly RegisteredFunction[];
  model: ProgrammingModel;
  /** Calls every hook of that name, one after the other, in the order they were registered. */
  runHooks(name: string, context: Record<string, unknown>): Promise<void>;
  /** The same for hooks that must not delay their caller: `log`. */
  runHooksNow(name: string, context: Record<string, unknown>): void;
}

const moduleName = '@azure/functions-core';
const globalName = 'rolecallFunctionsCore';

/**
 * Loads the bundle as the Functions worker does. Registration is over when this resolves; a later one throws.
 * Throws when the bundle throws, registers nothing, or wants a trigger or an output this host doesn't run.
 */
export async function loadBundle(bundle: string, log: HostLog): Promise<LoadedApp> {
  const functions: RegisteredFunction[] = [];
  const hooks = new Map<string, Set<HookCallback>>();
  const hooksOf = (name: string): Set<HookCallback> => hooks.get(name) ?? new Set();
  let model: ProgrammingModel | undefined;
  let starting = true;

  provideFunctionsCore({
    registerFunction(metadata, callback) {
      if (!starting) throw new Error('A function can only be registered during app startup.');
      functions.push({ name: metadata.name, metadata, trigger: triggerOf(metadata), callback });
      return { dispose: () => undefined };
    },
    setProgrammingModel(programmingModel) {
      model = programmingModel;
    },
    registerHook(name, callback) {
      hooks.set(name, hooksOf(name).add(callback));
      return { dispose: () => hooks.get(name)?.delete(callback) };
    },
    log(level, category, message) {
      log({ level, source: category === 'user' ? 'app' : 'host', message });
    },
  });
  createRequire(import.meta.url)(bundle);
  starting = false;

  if (model === undefined || functions.length === 0) throw new Error(`The bundle ${bundle} registers no function.`);
  await model.getCapabilities({});
  return {
    functions,
    model,
    async runHooks(name, context) {
      for (const hook of hooksOf(name)) await hook(context);
    },
    runHooksNow(name, context) {
      for (const hook of hooksOf(name)) hook(context);
    },
  };
}

/** Outside the worker the module does not exist, so Node is told where to find it; the bundle stays as it is. */
function provideFunctionsCore(core: FunctionsCore): void {
  Reflect.set(globalThis, globalName, core);
  const url = `virtual:${moduleName}`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === moduleName ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (address, context, next) =>
      address === url
        ? { format: 'commonjs', source: `module.exports = globalThis.${globalName};`, shortCircuit: true }
        : next(address, context),
  });
}

function triggerOf({ name, bindings }: FunctionMetadata): Trigger {
  const others = Object.values(bindings).filter(({ type }) => !/trigger$/i.test(type) && type !== 'http');
  if (others.length > 0) throw new Error(`Function ${name}: the local host has no binding of type ${others[0]?.type}.`);
  const [bindingName, binding] = Object.entries(bindings).find(([, { type }]) => /trigger$/i.test(type)) ?? [];
  const trigger = triggerSchema.safeParse({ ...binding, name: bindingName });
  if (!trigger.success) throw new Error(`Function ${name}: the local host can't run its ${binding?.type}.`);
  return trigger.data;
}
