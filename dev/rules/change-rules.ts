import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { RequestError } from '../command-line/request.ts';
import { paint } from '../start/paint.ts';
import { publishedSchema, rulesSchema } from './answers.ts';
import type { CommandResult, Given } from './command.ts';
import { orFaults, tellWarnings } from './faults.ts';
import { wholeNumber } from './options.ts';
import type { RolecallApi } from './rolecall-api.ts';
import { counted } from './words.ts';

/** How long `--wait` waits, and the pause between two looks; milliseconds. */
const patience = 300_000;
const pause = 400;

/** One change of the rules in force. */
export interface RulesChange {
  readonly method: 'PUT' | 'POST';
  readonly path: '/rules' | '/rules/rollback';
  readonly body: Readonly<Record<string, unknown>>;
  /** The version that it follows. */
  readonly from: number;
  /** What was typed after `npm run rules -- `, without options. */
  readonly typed: string;
}

/** The version that a change follows: the one that was looked at, or else the one in force; 0 when none is. */
export async function versionBefore(api: RolecallApi, { options }: Given): Promise<number> {
  const wanted = options['if-version'];
  if (wanted !== undefined) return wholeNumber('--if-version', wanted);
  try {
    return rulesSchema.parse((await api.call('GET', '/rules')).body).version;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return 0;
    throw error;
  }
}

/** Publishes, says which version came of it, and waits for it if wanted; or says why not and what to type. */
export async function changeRules(api: RolecallApi, given: Given, change: RulesChange): Promise<CommandResult> {
  const { losers, wait } = given.options;
  const body = { ...change.body, ...(losers === undefined ? {} : { losers: wholeNumber('--losers', losers) }) };
  const headers = { 'If-Match': `"${change.from}"` };
  try {
    return await orFaults(async () => {
      const answer = await api.call(change.method, change.path, { body, headers });
      const { version, losers: lost, warnings } = publishedSchema.parse(answer.body);
      const state = wait ? await untilInForce(api, version) : 'published, and put in force within moments';
      const lines = [
        `${paint('green', `Version ${version} is ${state}.`)} ${counted(lost, 'user loses', 'users lose')} something.`,
        ...tellWarnings(warnings),
        ...(warnings.length > 0 ? [''] : []),
        `See it with:  npm run rules -- versions${api.again}`,
        ...(change.from > 0 ? [`Undo it with: npm run rules -- rollback ${change.from}${api.again}`] : []),
      ];
      return { value: answer.body, lines };
    });
  } catch (error) {
    const refused = error instanceof RequestError ? refusal(error, change, api.again) : undefined;
    if (refused === undefined) throw error;
    return refused;
  }
}

const losersSchema = z.looseObject({ losers: z.number(), holders: z.number() });
const movedSchema = z.looseObject({ activeVersion: z.number() });

function refusal(
  { status, body }: RequestError,
  { from, typed }: RulesChange,
  again: string,
): CommandResult | undefined {
  const losers = status === 409 ? losersSchema.safeParse(body).data : undefined;
  if (losers !== undefined) {
    const lines = [
      paint(
        'red',
        `Nothing is changed: ${losers.losers} of ${losers.holders} users who hold something would lose something.`,
      ),
      'Look at who they are. If that is meant, say their number:',
      `  npm run rules -- ${typed} --losers ${losers.losers} --if-version ${from}${again}`,
    ];
    return { value: body, lines, code: 'losers' };
  }
  const moved = status === 412 ? movedSchema.safeParse(body).data : undefined;
  if (moved === undefined) return undefined;
  const now = moved.activeVersion === from ? 'another version is about to be' : `version ${moved.activeVersion} is`;
  const text = `Nothing is changed: this follows version ${from}, and ${now} in force. Look at 'versions', and begin again.`;
  return { value: body, lines: [paint('red', text)], code: 'refused' };
}

/** Waits until the version is in force and everybody who differs is enqueued. */
async function untilInForce(api: RolecallApi, version: number): Promise<string> {
  const deadline = performance.now() + patience;
  for (;;) {
    const { activation, inForce } = rulesSchema.parse((await api.call('GET', `/rules?version=${version}`)).body);
    if (activation === 'done') return inForce ? 'in force' : 'done, and followed by another';
    if (performance.now() > deadline) {
      throw new Error(
        `Version ${version} is published and not in force after ${patience / 1000} s; it goes on by itself.`,
      );
    }
    await setTimeout(pause);
  }
}
