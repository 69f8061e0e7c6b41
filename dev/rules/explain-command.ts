import { UsageError } from '../command-line/usage-error.ts';
import type { Command } from './command.ts';
import { type ExplanationAnswer, explanationSchema, type ExplainedEntitlement } from './explanation-answer.ts';
import { findGroupId } from './find-group.ts';
import type { RolecallApi } from './rolecall-api.ts';
import { tellExplanation, tellOneEntitlement } from './tell-explanation.ts';

export const explainCommand: Command = {
  usage: 'explain <user>',
  summary: 'tells why a user has what they have, why not the rest, and what would be if',
  options: ['if', 'why-not', 'all'],
  details: [
    'The user is named by object id or user principal name; of a local stack a part of the name will do.',
    'The group of --if is named by id or exact name: --if joined:finance. The kinds of --why-not are role, businessFunction,',
    'team and permission: --why-not role:finance-clerk.',
  ],
  async run({ words: [user = ''], options, api: connect }) {
    const whyNot = options['why-not'];
    const api = connect();
    const key = encodeURIComponent(await api.userKey(user));
    const query = options.if === undefined ? '' : `?if=${encodeURIComponent(await triedChange(api, options.if))}`;
    const { body } = await api.call('GET', `/users/${key}/explanation${query}`);
    const answer = explanationSchema.parse(body);
    if (whyNot === undefined) return { value: body, lines: tellExplanation(answer, options.all) };
    const one = findEntitlement(answer, whyNot);
    return { value: one, lines: tellOneEntitlement(answer, one) };
  },
};

/** `joined:finance` with the group's id in place of its name. */
async function triedChange(api: RolecallApi, text: string): Promise<string> {
  const [, kind, group] = /^(joined|left):(.+)$/.exec(text) ?? [];
  if (kind === undefined || group === undefined) throw new UsageError('Say --if joined:<group> or --if left:<group>.');
  return `${kind}:${await findGroupId(api, group)}`;
}

function findEntitlement({ entitlements }: ExplanationAnswer, text: string): ExplainedEntitlement {
  const found = entitlements.find(({ kind, id }) => `${kind}:${id}` === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `The rules in force define no '${text}'. Say --why-not <kind>:<id>, for example role:finance-clerk.`,
  );
}
