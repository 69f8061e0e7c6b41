import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkTenant } from '../oracle/check-tenant.ts';
import { readTables } from '../oracle/read-tables.ts';
import type { Host } from '../host/spawn-host.ts';
import { startStack, type Stack } from '../stack.ts';
import { createCastTenant, tenantIdOf, userIds } from './cast.ts';
import { happen } from './happen.ts';
import type { Batch, History, Weather } from './history.ts';
import { Operator } from './operator.ts';
import { lateFacts } from './prompt-facts.ts';
import { settle } from './quiet.ts';
import { rulesDocument } from './rules.ts';
import { convergeSettings } from './settings.ts';
import { startTimeline, type Timeline } from './timeline.ts';
import { clearWeather, setWeather } from './weather.ts';
import { wrongRevokes } from './wrong-revokes.ts';

/** What was done to a batch, for the report. */
export interface Injected {
  histories: number;
  happenings: number;
  /** Rules versions and exceptions that were accepted. */
  versions: number;
  exceptions: number;
  crashes: number;
  throttled: number;
  lostNotifications: number;
  storageFaults: number;
  outages: number;
  pausedPublishers: number;
}

/** One batch's result: what was injected, and every discrepancy, each with the index of its history. */
export interface BatchResult {
  readonly injected: Injected;
  readonly failures: readonly { readonly history: number; readonly discrepancies: readonly string[] }[];
}

export interface BatchOptions {
  readonly bundle: string;
  readonly seed: number;
  /** Folder for the rules file of the batch. */
  readonly dir: string;
  /** Receives every line of the hosts, for looking into a failure. */
  readonly onLine?: (line: string) => void;
}

/** Runs histories through the built app on real parts: each is a tenant of one stack, and shares its weather. */
export async function runBatch(batch: Batch, options: BatchOptions): Promise<BatchResult> {
  const rulesFile = join(options.dir, `rules-${options.seed}.json`);
  await writeFile(rulesFile, JSON.stringify(rulesDocument(batch.rules)));
  const timelines: (() => Timeline)[] = [];
  const stack = await startStack({
    bundle: options.bundle,
    seed: options.seed,
    onLine: (line) => options.onLine?.(JSON.stringify(line)),
    settings: (urls) => convergeSettings(urls, batch.histories.length, rulesFile),
    prepare: (world) => {
      batch.histories.forEach((_, index) => timelines.push(startTimeline(createCastTenant(world, index), userIds)));
    },
  });
  try {
    const run = new Run(stack, batch);
    await run.start();
    for (const [round, weather] of batch.weather.entries()) await run.round(round, weather);
    const late = await run.converge();
    const failures = [];
    for (const index of batch.histories.keys()) {
      const tables = await readTables(stack.storage, tenantIdOf(index));
      const timeline = timelines[index]?.();
      const operator = run.operators[index];
      const rules = operator?.documentInForce(tables) ?? rulesDocument(batch.rules);
      const discrepancies = [
        ...(late[index] ?? ['Nothing was looked at before the full sync.']),
        ...(operator?.discrepancies(tables) ?? ['The operator is missing.']),
        ...checkTenant(stack.simulator.world, tenantIdOf(index), tables, rules),
        ...(timeline ? wrongRevokes(tables, timeline) : ['The timeline is missing.']),
      ];
      if (discrepancies.length > 0) failures.push({ history: index, discrepancies });
    }
    return { injected: run.injected(), failures };
  } finally {
    await stack.stop();
  }
}

const nothing = { happenings: [], decisions: [] } as const;

class Run {
  readonly operators: readonly Operator[];
  readonly #stack: Stack;
  readonly #batch: Batch;
  #hosts: Host[] = [];
  #crashes = 0;
  #happenings = 0;
  #outages = 0;
  #paused = 0;

  constructor(stack: Stack, batch: Batch) {
    this.#stack = stack;
    this.#batch = batch;
    this.operators = batch.histories.map((_, index) => new Operator(stack, tenantIdOf(index), batch.rules));
  }

  /** Rules are activated, subscriptions made and everybody recorded before the histories begin. */
  async start(): Promise<void> {
    this.#hosts = [this.#stack.host];
    // A permission that is granted or withdrawn shows in the next token only.
    this.#stack.simulator.world.control.settings.tokenLifetimeSeconds = 40;
    if (this.#batch.hosts === 2) this.#hosts.push(await this.#stack.addHost());
    await this.#stack.host.run('catchUp');
    await settle(this.#stack);
  }

  async round(round: number, weather: Weather): Promise<void> {
    const { proxy } = this.#stack;
    setWeather(this.#stack, weather);
    let crashed: Promise<void> | undefined;
    const victim = this.#hosts.at(round % this.#hosts.length);
    if (weather.crash && victim) {
      proxy.faults.onWrite(weather.crash.write, weather.crash.when, () => (crashed ??= this.#crash(victim)));
    }
    const pause = weather.pausePublisher
      ? proxy.faults.pause({ service: 'table', resource: 'assignments', write: true }, 'before')
      : undefined;
    void pause?.reached.then(() => (this.#paused += 1));
    for (const [index, history] of this.#batch.histories.entries()) {
      const tenant = this.#stack.simulator.world.tenant(tenantIdOf(index));
      const { happenings, decisions } = history[round] ?? nothing;
      for (const happening of happenings) this.#happenings += happen(tenant, happening) ? 1 : 0;
      for (const decision of decisions) this.operators[index]?.begin(decision);
    }
    await setTimeout(100);
    if (weather.outage) await this.#outlastDequeues();
    await this.#stack.advance(weather.seconds * 1000);
    await setTimeout(200);
    pause?.release();
    await crashed;
    await this.#restartCrashed();
  }

  /**
   * Fair weather until nothing is under way, then what promise 2 allows: two delta cycles, a lease, one full sync. Returns by
   * history what should have been recorded before the full sync, and was not.
   */
  async converge(): Promise<readonly (readonly string[])[]> {
    clearWeather(this.#stack);
    for (const index of this.#batch.histories.keys()) {
      happen(this.#stack.simulator.world.tenant(tenantIdOf(index)), { kind: 'unhide' });
    }
    await this.#restartCrashed();
    await Promise.all(this.operators.map((operator) => operator.finish()));
    await settle(this.#stack);
    for (let cycle = 0; cycle < 2; cycle += 1) {
      await this.#stack.advance(300_000);
      await settle(this.#stack);
    }
    await this.#stack.advance(600_000);
    await settle(this.#stack);
    const late = await Promise.all(this.#batch.histories.map((history, index) => this.#late(history, index)));
    await this.#stack.host.run('fullSync');
    await settle(this.#stack);
    return late;
  }

  async #late(history: History, index: number): Promise<readonly string[]> {
    const tables = await readTables(this.#stack.storage, tenantIdOf(index));
    const { directory } = this.#stack.simulator.world.tenant(tenantIdOf(index));
    const document = this.operators[index]?.documentInForce(tables) ?? rulesDocument(this.#batch.rules);
    return lateFacts(tables, directory, document, history);
  }

  injected(): Injected {
    const { control } = this.#stack.simulator.world;
    const { routes } = control.counters.snapshot();
    const storage = this.#stack.proxy.faults.injected();
    const accepted = this.operators.map((operator) => operator.accepted());
    return {
      histories: this.#batch.histories.length,
      happenings: this.#happenings,
      versions: accepted.reduce((sum, { versions }) => sum + versions, 0),
      exceptions: accepted.reduce((sum, { exceptions }) => sum + exceptions, 0),
      crashes: this.#crashes,
      throttled: routes.reduce((sum, route) => sum + (route.statuses[429] ?? 0), 0),
      lostNotifications: control.counters.notifications.lost,
      storageFaults: Object.entries(storage).reduce((sum, [kind, count]) => sum + (kind === 'call' ? 0 : count), 0),
      outages: this.#outages,
      pausedPublishers: this.#paused,
    };
  }

  async #crash(victim: Host): Promise<void> {
    this.#crashes += 1;
    await victim.crash();
  }

  /** A message is given back five times, half a minute apart: the outage lasts longer than that. */
  async #outlastDequeues(): Promise<void> {
    this.#outages += 1;
    for (let passed = 0; passed < 240; passed += 40) {
      await this.#stack.advance(40_000);
      await setTimeout(60);
    }
  }

  async #restartCrashed(): Promise<void> {
    const alive: Host[] = [];
    for (const [place, host] of this.#hosts.entries()) {
      const gone = await Promise.race([host.exited.then(() => true), setTimeout(1, false)]);
      if (!gone) alive.push(host);
      else alive.push(place === 0 ? await this.#stack.restartHost() : await this.#stack.addHost());
    }
    this.#hosts = alive;
  }
}
