import type { TypedData } from './functions-core.ts';
import { parseSchedule } from './schedule.ts';
import type { Schedule } from './schedule.ts';
import type { TimerStatusFile } from './timer-status.ts';

export interface TimerListenerOptions {
  functionName: string;
  /** NCRONTAB, with its settings resolved. */
  schedule: string;
  runOnStartup: boolean;
  /** Whether missed occurrences are made up for at the start; without a value: for intervals of a minute and more. */
  useMonitor: boolean | undefined;
  statusFile: TimerStatusFile;
  invoke(data: TypedData): Promise<unknown>;
}

export interface TimerListener {
  /** Runs what is due, since time has jumped. */
  wake(): void;
  /** Runs the function now, after a run that goes on. Rejects when the run fails. */
  runNow(): Promise<void>;
  stop(): Promise<void>;
}

// setTimeout's limit; a later occurrence is waited for in pieces.
const longestTimeout = 2 ** 31 - 1;

/**
 * Runs one timer function (azure-webjobs-sdk-extensions, TimerListener.cs and ScheduleMonitor.cs): one run at a time,
 * what was missed meanwhile is one run, and an occurrence missed while the host was down is one run with `isPastDue`.
 */
export function startTimerListener(options: TimerListenerOptions): TimerListener {
  const schedule = parseSchedule(options.schedule);
  const monitored = options.useMonitor ?? !schedule.subMinute(Date.now());
  const monitor = createMonitor(options, schedule, monitored);
  let runs: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let stopped = false;

  const runOnce = async (isPastDue: boolean): Promise<void> => {
    running = true;
    const startedAt = Date.now();
    try {
      await options.invoke({ json: JSON.stringify(monitor.payload(isPastDue)) });
    } finally {
      running = false;
      // A failed run is recorded as done, too: the next occurrence is its retry.
      monitor.ran(startedAt);
      arm();
    }
  };
  const run = (isPastDue: boolean): Promise<void> => {
    const next = runs.then(() => (stopped ? undefined : runOnce(isPastDue)));
    runs = next.catch(() => undefined);
    return next;
  };
  const arm = (): void => {
    clearTimeout(timer);
    if (stopped || running) return;
    const wait = monitor.next() - Date.now();
    timer = setTimeout(fireWhenDue, Math.min(Math.max(wait, 0), longestTimeout));
  };
  const fireWhenDue = (): void => {
    if (monitor.next() <= Date.now()) void run(false).catch(() => undefined);
    else arm();
  };

  if (monitor.isPastDue()) void run(true).catch(() => undefined);
  else if (options.runOnStartup) void run(false).catch(() => undefined);
  else arm();

  return {
    wake: arm,
    runNow: () => run(false),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await runs;
    },
  };
}

interface Monitor {
  next(): number;
  /** Whether an occurrence was missed before this start. */
  isPastDue(): boolean;
  /** Records a run; an occurrence that passed while it ran is due at once, as one run. */
  ran(startedAt: number): void;
  /** The timer's data as the host sends it: PascalCase. */
  payload(isPastDue: boolean): unknown;
}

function createMonitor(options: TimerListenerOptions, schedule: Schedule, monitored: boolean): Monitor {
  const { functionName, statusFile } = options;
  const now = Date.now();
  const recorded = monitored ? statusFile.find(functionName) : undefined;
  // The recorded time of another schedule means nothing: a changed timer is not run late.
  const known = recorded?.schedule === options.schedule ? recorded : undefined;
  let last = known?.last;
  let next = known === undefined ? schedule.nextAfter(now) : Date.parse(known.next);
  const isPastDue = known !== undefined && next < now;

  const save = (): void => {
    if (!monitored) return;
    const lastUpdated = new Date().toISOString();
    const status = { schedule: options.schedule, next: new Date(next).toISOString(), lastUpdated };
    statusFile.save(functionName, last === undefined ? status : { ...status, last });
  };
  if (known === undefined) save();

  return {
    next: () => next,
    isPastDue: () => isPastDue,
    ran(startedAt) {
      last = new Date(startedAt).toISOString();
      next = schedule.nextAfter(startedAt);
      save();
    },
    payload: (pastDue) => ({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: last ?? '0001-01-01T00:00:00+00:00',
        Next: new Date(next).toISOString(),
        LastUpdated: last ?? '0001-01-01T00:00:00+00:00',
      },
      IsPastDue: pastDue,
    }),
  };
}
