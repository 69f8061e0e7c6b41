import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { invocationResponseSchema } from './functions-core.ts';
import type { CoreInvocationContext, InvocationResponse, TypedData } from './functions-core.ts';
import type { Activity } from './activity.ts';
import type { HostLog } from './host-log.ts';
import type { LoadedApp, RegisteredFunction } from './load-bundle.ts';

/** Runs a function once; rejects with what the handler threw, after it was logged. */
export type Invoke = (
  registered: RegisteredFunction,
  data: TypedData,
  triggerMetadata?: Record<string, TypedData>,
) => Promise<InvocationResponse>;

/** Invokes as the Functions worker does: arguments, pre-invocation hooks, handler, post-invocation hooks, response. */
export function createInvoker(app: LoadedApp, activity: Activity, log: HostLog): Invoke {
  return (registered, data, triggerMetadata = {}) =>
    activity.track(registered.name, async () => {
      const invocationId = randomUUID();
      try {
        return await invokeOnce(app, registered, log, {
          invocationId,
          metadata: registered.metadata,
          request: { inputData: [{ name: registered.trigger.name, data }], triggerMetadata },
          log: () => undefined,
        });
      } catch (error) {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log({ level: 'error', source: 'host', function: registered.name, invocationId, message });
        throw error;
      }
    });
}

async function invokeOnce(
  app: LoadedApp,
  { name, callback }: RegisteredFunction,
  log: HostLog,
  core: CoreInvocationContext,
): Promise<InvocationResponse> {
  const known: { invocationContext?: unknown } = {};
  core.log = (level, category, message) => {
    const entry = { level, category, message, ...known };
    app.runHooksNow('log', entry);
    const source = category === 'user' ? 'app' : 'host';
    log({ level: entry.level, source, function: name, invocationId: core.invocationId, message: entry.message });
  };
  const model = app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  known.invocationContext = context;

  const hookData = {};
  const before = { hookData, invocationContext: context, inputs, functionCallback: callback };
  core.state = 'preInvocationHooks';
  await app.runHooks('preInvocation', before);

  const after: AfterInvocation = {
    hookData,
    invocationContext: context,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  core.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error('The handler rejected without a reason.');
  }
  core.state = 'postInvocationHooks';
  await app.runHooks('postInvocation', after);
  if (after.error !== null) throw after.error instanceof Error ? after.error : new Error(inspect(after.error));
  return invocationResponseSchema.parse(await model.getResponse(context, after.result));
}

interface AfterInvocation extends Record<string, unknown> {
  result: unknown;
  error: unknown;
}
