import { trustCertificate } from '../certificate.ts';
import { checkTenant } from '../oracle/check-tenant.ts';
import { readTables } from '../oracle/read-tables.ts';
import { startStack, type Stack } from '../stack.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import { paint } from '../start/paint.ts';
import { sampleRules, untilReady } from '../start/until-ready.ts';
import { tellStack } from '../start/tell-stack.ts';
import { untilEnded } from '../start/until-ended.ts';
import { watchChanges } from '../start/watch-changes.ts';
import { connectStack } from '../tenant/connection.ts';
import { castStory } from './cast.ts';
import { playStep } from './play-step.ts';
import { steps } from './steps.ts';
import { tableHead, tableRow } from './story-table.ts';

const readyLimit = 180_000;
const deltaCycle = 5 * 60_000;

/**
 * Plays the story on a stack of its own, in memory, and lets the oracle judge what it left behind.
 *
 * @returns the exit code: 0 only if nothing differs
 */
export async function runStory(): Promise<number> {
  const startedAt = performance.now();
  const ended = untilEnded();
  const warnings: string[] = [];
  const watch = watchChanges((line) => {
    warnings.push(line);
  });
  const starting = startStack({
    onLine: (line) => {
      watch.onLine(line);
    },
  });
  const stack = await Promise.race([starting, ended]);
  if (typeof stack === 'number') {
    await starting.then((late) => late.stop());
    return stack;
  }
  try {
    return await Promise.race([play(stack, startedAt, warnings), ended.then(() => 1)]);
  } finally {
    await stack.stop();
  }
}

async function play(stack: Stack, startedAt: number, warnings: readonly string[]): Promise<number> {
  trustCertificate(stack.certificate);
  console.log(tellStack(stack, 'in memory, gone afterwards').join('\n'));
  await untilReady(stack, readyLimit, () => undefined);
  const { directory } = stack.simulator.world.tenant(SAMPLE_TENANT.tenantId);
  console.log(`\nready in ${seconds(startedAt)}: ${directory.userIds().length} users in the directory\n`);

  const connection = connectStack({ simulatorUrl: stack.urls.simulator, hostUrl: stack.urls.host });
  const stage = { stack, connection, cast: castStory(directory) };
  for (const head of tableHead) console.log(head);
  try {
    for (const step of steps) console.log(tableRow(await playStep(step, stage)));
    return await judge(stack, startedAt);
  } finally {
    console.log(['\nWarnings on the way:', ...warnings].join('\n  '));
  }
}

/** Two delta cycles, a queue lease and a full sync after the last event everything must agree (docs/architecture.md). */
async function judge(stack: Stack, startedAt: number): Promise<number> {
  for (let cycle = 0; cycle < 2; cycle += 1) {
    await stack.advance(deltaCycle);
    await stack.settled();
  }
  await stack.host.run('fullSync');
  await stack.settled();
  await stack.advance(deltaCycle);
  await stack.settled();
  const tables = await readTables(stack.storage, SAMPLE_TENANT.tenantId);
  const { world } = stack.simulator;
  const discrepancies = checkTenant(world, SAMPLE_TENANT.tenantId, tables, await sampleRules());
  for (const sentence of discrepancies) console.log(paint('red', sentence));
  const counted = `${tables.records.length} records, ${tables.auditEntries.length} changes with one audit entry each`;
  console.log(
    discrepancies.length === 0
      ? paint('green', `\nThe oracle agrees: ${counted}; nothing is open. ${seconds(startedAt)} in all.`)
      : paint('red', `\nThe oracle disagrees in ${discrepancies.length} things. ${seconds(startedAt)} in all.`),
  );
  return discrepancies.length === 0 ? 0 : 1;
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
