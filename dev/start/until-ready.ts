import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkTenant } from '../oracle/check-tenant.ts';
import { readTables } from '../oracle/read-tables.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import type { Stack } from '../stack.ts';

/** Milliseconds between two looks; a look reads all tables, and the app should have most of the machine. */
const pause = 400;

/** The rules document of the sample tenant, as JSON. */
export async function sampleRules(): Promise<unknown> {
  return JSON.parse(await readFile(resolve(import.meta.dirname, '../../config/rules.sample.json'), 'utf8'));
}

/** How far a stack is on its way to be ready. */
export interface Progress {
  readonly rulesVersion: number;
  readonly subscriptions: number;
  readonly records: number;
  /** What the oracle still misses, one sentence each. */
  readonly discrepancies: readonly string[];
}

/**
 * Waits until rules are in force, Graph's subscriptions are there and the records agree with the directory.
 *
 * @param limit milliseconds; after that the latest progress is thrown as a sentence
 */
export async function untilReady(stack: Stack, limit: number, onProgress: (progress: Progress) => void): Promise<void> {
  const document = await sampleRules();
  // The timer does this once a minute; nobody should have to wait for it.
  await stack.host.run('catchUp');
  const deadline = performance.now() + limit;
  for (;;) {
    const progress = await look(stack, document);
    onProgress(progress);
    if (isReady(progress)) return;
    if (performance.now() > deadline) throw new Error(describe(progress, limit));
    await setTimeout(pause);
  }
}

async function look({ storage, simulator }: Stack, document: unknown): Promise<Progress> {
  const { tenantId } = SAMPLE_TENANT;
  const tables = await readTables(storage, tenantId);
  return {
    rulesVersion: tables.rulesVersion,
    subscriptions: simulator.world.tenant(tenantId).subscriptions.size,
    records: tables.records.length,
    discrepancies: checkTenant(simulator.world, tenantId, tables, document),
  };
}

function isReady({ rulesVersion, subscriptions, discrepancies }: Progress): boolean {
  return rulesVersion > 0 && subscriptions >= 2 && discrepancies.length === 0;
}

function describe({ rulesVersion, subscriptions, records, discrepancies }: Progress, limit: number): string {
  const state =
    rulesVersion === 0
      ? 'no rules are in force'
      : subscriptions < 2
        ? `${subscriptions} of 2 subscriptions are there`
        : `${records} users are recorded, and ${discrepancies.length} things differ: ${discrepancies[0] ?? ''}`;
  return `Rolecall is not ready after ${limit / 1000} s: ${state}`;
}
