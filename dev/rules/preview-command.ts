import { z } from 'zod';
import { previewSchema } from './answers.ts';
import type { Command, CommandResult, Given } from './command.ts';
import { oneUserSchema } from './explanation-answer.ts';
import { orFaults } from './faults.ts';
import { groupIds } from './options.ts';
import { readDocument } from './read-document.ts';
import type { RolecallApi } from './rolecall-api.ts';
import { tellOneUser } from './tell-one-user.ts';
import { tellPreview } from './tell-preview.ts';

export const previewCommand: Command = {
  usage: 'preview <file>',
  summary: 'tells who would gain and lose what, before anything is written',
  options: ['fresh', 'user', 'all', 'admit'],
  details: [
    'Ends with 0 when nobody loses anything, with 3 when somebody does, with 1 when the document has faults.',
    'Without --fresh the members of groups that no rule maps yet are left out: nothing is recorded of them.',
    'Other groups count as they are recorded, also with --fresh; their table says how that differs from the directory.',
  ],
  async run(given) {
    const [file = ''] = given.words;
    const document = await readDocument(file);
    const { user } = given.options;
    return orFaults(() => (user === undefined ? everybody(given, file, document) : one(given, file, document, user)));
  },
};

async function everybody({ api: connect, options }: Given, file: string, document: string): Promise<CommandResult> {
  const api = connect();
  const { fresh, all, admit } = options;
  const { body } = await api.call('POST', '/rules/preview', { body: { document, fresh, ...groupIds(admit) } });
  const answer = previewSchema.parse(body);
  const lines = tellPreview(answer, { file, all, admit, again: api.again });
  return { value: body, lines, code: answer.counts.losers > 0 ? 'losers' : 'done' };
}

async function one(given: Given, file: string, document: string, user: string): Promise<CommandResult> {
  const api = given.api();
  const userId = await userIdOf(api, user);
  const { body } = await api.call('POST', '/rules/preview', {
    body: { document, userId, ...groupIds(given.options.admit) },
  });
  const answer = oneUserSchema.parse(body);
  const lines = tellOneUser(answer, file, given.options.all);
  return { value: body, lines, code: answer.changes?.loses === true ? 'losers' : 'done' };
}

const recordSchema = z.looseObject({ userId: z.string() });

/** A preview takes object ids only; a user principal name is looked up among the recorded users. */
async function userIdOf(api: RolecallApi, text: string): Promise<string> {
  const key = await api.userKey(text);
  if (!key.includes('@')) return key;
  return recordSchema.parse((await api.call('GET', `/users/${encodeURIComponent(key)}/access`)).body).userId;
}
