import type { HostLog } from './host-log.ts';
import type { Invoke } from './invoker.ts';
import type { RegisteredFunction } from './load-bundle.ts';
import { resolveSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { startTimerListener } from './timer-listener.ts';
import type { TimerListener } from './timer-listener.ts';
import { releaseTimerLock, takeTimerLock } from './timer-lock.ts';
import { createTimerStatusFile } from './timer-status.ts';
import { parseSchedule } from './schedule.ts';

export interface TimersOptions {
  functions: readonly RegisteredFunction[];
  invoke: Invoke;
  settings: Settings;
  /** Where the schedule monitor keeps its times; several hosts with one file take turns. */
  statusFile: string | undefined;
  log: HostLog;
}

export interface Timers {
  wake(): void;
  /** Runs a timer function now; undefined when there is none of that name. */
  runNow(functionName: string): Promise<void> | undefined;
  /** Starts no more runs; resolves when the ones that go on have ended. */
  stop(): Promise<void>;
}

const lockRetry = 500;

/** Starts every timer function, as soon as no other host runs them. Throws on a schedule that is not valid. */
export function startTimers(options: TimersOptions): Timers {
  const timers = options.functions.flatMap((registered) =>
    registered.trigger.type === 'timerTrigger'
      ? [
          {
            registered,
            trigger: registered.trigger,
            schedule: resolveSettings(registered.trigger.schedule, options.settings),
          },
        ]
      : [],
  );
  for (const { schedule } of timers) parseSchedule(schedule);
  const lock = options.statusFile === undefined ? undefined : `${options.statusFile}.lock`;
  const listeners = new Map<string, TimerListener>();
  let retry: NodeJS.Timeout | undefined;

  const start = (): void => {
    if (lock !== undefined && !takeTimerLock(lock)) {
      retry = setTimeout(start, lockRetry);
      return;
    }
    const statusFile = createTimerStatusFile(options.statusFile);
    for (const { registered, trigger, schedule } of timers) {
      const listener = startTimerListener({
        functionName: registered.name,
        schedule,
        runOnStartup: trigger.runOnStartup ?? false,
        useMonitor: trigger.useMonitor,
        statusFile,
        invoke: (data) => options.invoke(registered, data),
      });
      listeners.set(registered.name, listener);
    }
  };
  if (timers.length > 0) start();

  return {
    wake() {
      for (const listener of listeners.values()) listener.wake();
    },
    runNow(functionName) {
      const timer = timers.find(({ registered }) => registered.name === functionName);
      // Any instance runs a function on demand, also while another one has the timers.
      return timer && (listeners.get(functionName)?.runNow() ?? runWithoutSchedule(timer.registered, options.invoke));
    },
    async stop() {
      clearTimeout(retry);
      await Promise.all([...listeners.values()].map((listener) => listener.stop()));
      if (lock !== undefined) releaseTimerLock(lock);
    },
  };
}

async function runWithoutSchedule(registered: RegisteredFunction, invoke: Invoke): Promise<void> {
  await invoke(registered, { json: JSON.stringify({ Schedule: { AdjustForDST: true }, IsPastDue: false }) });
}
