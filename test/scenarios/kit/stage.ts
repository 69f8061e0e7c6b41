import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildBundle } from '../../../dev/build.ts';
import { settle } from '../../../dev/converge/quiet.ts';
import { startTimeline, type Timeline } from '../../../dev/converge/timeline.ts';
import type { HostLogLine } from '../../../dev/host/host-log.ts';
import { localSettings } from '../../../dev/local-settings.ts';
import { startStack, type Stack } from '../../../dev/stack.ts';
import { clientId, createTenant, secretName, tenantIdOf, usualRules, type Membership } from './cast.ts';
import { Scene } from './scene.ts';

/** The directory's lag that the app is told of, in seconds. Far longer than anything takes in real time, so the clock decides. */
export const lagSeconds = 20;

/** File that gets the host's lines, if the environment names one. */
const logFile = process.env['SCENARIO_LOG'];

/** A day that comes once in four years: timers run when a scenario says so. */
const never = '0 0 0 29 2 *';

export interface StageOptions {
  /** Names of the tenants; scenarios that must not meet each other take one each. */
  readonly tenants: readonly string[];
  /** Who is in what, instead of the usual; the same everywhere, or by the tenant's name. */
  readonly members?: Membership | ((tenant: string) => Membership);
  readonly rules?: (tenant: string) => Record<string, unknown>;
  readonly permissions?: readonly string[];
  /** The app's settings on top of the usual. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Operators of other tenants: object ids by tenant name. */
  readonly operators?: Readonly<Record<string, readonly string[]>>;
  /** How long opening it, or its coming to rest, may take, in milliseconds: more for a large crowd. */
  readonly patience?: number;
}

/** The whole stack on real parts with some tenants on it, and the hands to move it. */
export interface Stage {
  readonly stack: Stack;
  readonly lines: readonly HostLogLine[];
  scene(tenant: string): Scene;
  /** Nothing happens any more unless the clock moves. */
  quiet(): Promise<void>;
  /** Nothing is left to do: the clock moves past every delay and lease. */
  settle(): Promise<void>;
  /** Moves the clock, then waits until nothing happens any more. */
  pass(seconds: number): Promise<void>;
  /** Runs a timer for all tenants and waits until nothing happens any more. */
  run(timer: 'deltaSweep' | 'fullSync' | 'renewSubscriptions' | 'catchUp'): Promise<void>;
  /** Fair weather: no faults anywhere, every notification delivered at once. */
  clear(): void;
  stop(): Promise<void>;
}

/** A machine with much else to do takes its time; no scenario waits for these. */
const usualPatience = 120_000;

/** A stage for all tests of a file: opened before the first, ended after the last, also when opening failed. */
export function useStage(options: StageOptions): () => Stage {
  let opening: Promise<Stage> | undefined;
  let opened: Stage | undefined;
  const { patience = usualPatience } = options;
  beforeAll(async () => {
    opening = openStage(options);
    opened = await opening;
  }, patience);
  afterAll(async () => {
    await (await opening)?.stop();
  }, patience);
  return () => {
    if (opened === undefined) throw new Error('The stage could not be opened.');
    return opened;
  };
}

/** Starts a stage; its tenants' rules are in force, and everybody is recorded. */
async function openStage(options: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-scenario-'));
  const lines: HostLogLine[] = [];
  const timelines = new Map<string, () => Timeline>();
  for (const name of options.tenants) {
    await writeFile(join(folder, `${tenantIdOf(name)}.json`), JSON.stringify(rulesOf(options, name)));
  }
  const stack = await startStack({
    bundle: await bundleIn(folder),
    settings: (urls) => ({ ...localSettings(urls), ...settingsOf(options, urls.simulator, folder) }),
    prepare: (world) => {
      for (const name of options.tenants) {
        const { members, permissions } = options;
        const { directory } = createTenant(world, name, {
          ...(members && { members: typeof members === 'function' ? members(name) : members }),
          ...(permissions && { permissions }),
        });
        timelines.set(name, startTimeline({ directory }, directory.userIds()));
      }
    },
    onLine: (line) => {
      lines.push(line);
      // For whoever looks for the cause of a failure.
      if (logFile !== undefined) appendFileSync(logFile, `${line.time} ${line.level} ${line.message}\n`);
    },
  });
  const stage = stageOn(stack, lines, options.patience ?? usualPatience, (name) => {
    const timeline = timelines.get(name);
    if (timeline === undefined) throw new Error(`There is no tenant ${name} on this stage.`);
    return new Scene(stack, tenantIdOf(name), rulesOf(options, name), timeline);
  });
  const stop = async (): Promise<void> => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await stage.run('catchUp');
    await stage.settle();
    // On a busy machine a handshake may take too long; then this tries it again.
    await stage.run('catchUp');
    await stage.settle();
    // Whatever is recorded now is old enough to be overturned.
    await stage.pass(lagSeconds + 1);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...stage, stop };
}

function stageOn(
  stack: Stack,
  lines: readonly HostLogLine[],
  patience: number,
  scene: Stage['scene'],
): Omit<Stage, 'stop'> {
  const { control, tenants } = stack.simulator.world;
  const quiet = (): Promise<void> => stack.settled({ limit: patience, deliveries: false });
  return {
    stack,
    lines,
    scene,
    quiet,
    settle: () => settle(stack, lagSeconds * 1_000 + 2_000),
    async pass(seconds) {
      await stack.advance(seconds * 1_000);
      await quiet();
    },
    async run(timer) {
      await stack.host.run(timer);
      await quiet();
    },
    clear() {
      control.faults.clear();
      Object.assign(control.notifications, { loss: 0, duplication: 0, reordering: 0 });
      for (const { replicas } of tenants.values()) replicas.configure({ replicaSeconds: 0 }, stack.clock.now());
      stack.proxy.faults.clear();
    },
  };
}

/** A bundle of its own, so that nobody else's build changes the app under a test. */
function bundleIn(folder: string): Promise<string> {
  const entryPoint = resolve(__dirname, '../../../src/functions/index.ts');
  return buildBundle({ entryPoint, bundle: join(folder, 'index.cjs') });
}

function rulesOf({ rules }: StageOptions, tenant: string): Record<string, unknown> {
  return rules?.(tenant) ?? usualRules();
}

function settingsOf(options: StageOptions, vaultUrl: string, folder: string): Record<string, string> {
  const tenants = options.tenants.map((name) => {
    const operators = options.operators?.[name] ?? [];
    return { tenantId: tenantIdOf(name), clientId, credential: 'secret', vaultUrl, secretName, operators };
  });
  return {
    ROLECALL_TENANTS: JSON.stringify(tenants),
    ROLECALL_API_AUDIENCE: clientId,
    ROLECALL_RULES_FILE: join(folder, '{tenantId}.json'),
    DIRECTORY_LAG_SECONDS: String(lagSeconds),
    DELTA_SWEEP_SCHEDULE: never,
    FULL_SYNC_SCHEDULE: never,
    RENEW_SCHEDULE: never,
    CATCH_UP_SCHEDULE: never,
    SECRET_REMINDER_SCHEDULE: never,
    AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:00.100',
    ...options.settings,
  };
}
