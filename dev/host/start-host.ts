import { setTimeout } from 'node:timers/promises';
import { createActivity } from './activity.ts';
import type { ActivityStatus } from './activity.ts';
import { functionList } from './function-list.ts';
import type { HostJson } from './host-json.ts';
import type { HostLog } from './host-log.ts';
import { startHttpListener } from './http-listener.ts';
import { createInvoker } from './invoker.ts';
import type { Invoke } from './invoker.ts';
import { loadBundle } from './load-bundle.ts';
import type { LoadedApp } from './load-bundle.ts';
import { startQueueListener } from './queue-listener.ts';
import type { QueueListener } from './queue-listener.ts';
import { connectionStringOf, resolveSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { startTimers } from './timers.ts';

export interface HostOptions {
  bundle: string;
  hostJson: HostJson;
  settings: Settings;
  port: number;
  timerStatusFile: string | undefined;
  log: HostLog;
}

export interface RunningHost {
  url: string;
  functionNames: readonly string[];
  status(): ActivityStatus;
  /** Runs a timer or queue function now, like `POST /admin/functions/{name}`; undefined when there is none. */
  runNow(name: string, input: string | undefined): Promise<void> | undefined;
  /** Before the clock jumps by this much: messages in work keep their leases. */
  prepareJump(milliseconds: number): Promise<void>;
  /** After the clock has jumped: polls and timers look again at once. */
  wake(): void;
  /** Stops listening, lets running invocations end for at most five seconds and calls the terminate hooks. */
  stop(): Promise<void>;
}

const grace = 5_000;

/** Runs a built bundle as the Functions host and its Node worker do, in this process. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { log, settings, hostJson } = options;
  const app = withoutDisabled(await loadBundle(options.bundle, log), settings);
  const activity = createActivity(app.functions.map(({ name }) => name));
  const invoke = createInvoker(app, activity, log);
  const appHooks = { hookData: {} };
  await app.runHooks('appStart', appHooks);

  // HTTP first: a port that is taken must be told before anything else has an effect.
  const timersNow = (name: string): Promise<void> | undefined => timers.runNow(name);
  const runNow = (name: string, input: string | undefined): Promise<void> | undefined =>
    timersNow(name) ?? runQueueFunction(app, invoke, name, input);
  const { routePrefix } = hostJson.extensions.http;
  const http = await startHttpListener({
    functions: app.functions,
    invoke,
    runNow,
    routePrefix,
    port: options.port,
    settings,
    log,
  });
  const queues = await startQueueListeners(app, invoke, options);
  const timers = startTimers({ functions: app.functions, invoke, settings, statusFile: options.timerStatusFile, log });
  for (const message of functionList(app.functions, http.url, routePrefix))
    log({ level: 'information', source: 'host', message });

  return {
    url: http.url,
    functionNames: app.functions.map(({ name }) => name),
    status: () => activity.status(),
    runNow,
    async prepareJump(milliseconds) {
      await Promise.all(queues.map((queue) => queue.surviveJump(milliseconds)));
    },
    wake() {
      timers.wake();
      for (const queue of queues) queue.wake();
    },
    async stop() {
      const ended = Promise.all([http.stop(), timers.stop(), ...queues.map((queue) => queue.stop())]);
      await Promise.race([ended, setTimeout(grace, undefined, { ref: false })]);
      await app.runHooks('appTerminate', appHooks);
    },
  };
}

/** A function is switched off by the setting `AzureWebJobs.<name>.Disabled`. */
function withoutDisabled(app: LoadedApp, settings: Settings): LoadedApp {
  const isOn = (name: string): boolean => !/^(true|1)$/i.test(settings[`AzureWebJobs.${name}.Disabled`] ?? '');
  return { ...app, functions: app.functions.filter(({ name }) => isOn(name)) };
}

async function startQueueListeners(app: LoadedApp, invoke: Invoke, options: HostOptions): Promise<QueueListener[]> {
  const { log, settings, hostJson } = options;
  const listeners = app.functions.flatMap((registered) => {
    const { trigger } = registered;
    if (trigger.type !== 'queueTrigger') return [];
    const queueName = resolveSettings(trigger.queueName, settings);
    const connectionString = connectionStringOf(trigger.connection, settings);
    return [{ registered, queueName, connectionString, options: hostJson.extensions.queues, invoke, log }];
  });
  return Promise.all(listeners.map(startQueueListener));
}

function runQueueFunction(app: LoadedApp, invoke: Invoke, name: string, input = ''): Promise<void> | undefined {
  const registered = app.functions.find((candidate) => candidate.name === name);
  if (registered?.trigger.type !== 'queueTrigger') return undefined;
  return invoke(registered, { string: input }).then(() => undefined);
}
