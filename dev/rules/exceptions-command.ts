import { z } from 'zod';
import type { Command } from './command.ts';
import { exceptionSchema } from './explanation-answer.ts';
import { tellExceptions } from './tell-exceptions.ts';

const exceptionsSchema = z.looseObject({ exceptions: z.array(exceptionSchema) });

export const exceptionsCommand: Command = {
  usage: 'exceptions <user>',
  summary: "lists a user's exceptions, closed ones included",
  async run(given) {
    const [user = ''] = given.words;
    const api = given.api();
    const { body } = await api.call('GET', `/users/${encodeURIComponent(await api.userKey(user))}/exceptions`);
    const table = tellExceptions(exceptionsSchema.parse(body).exceptions);
    return { value: body, lines: table.length > 0 ? table : ['There are no exceptions.'] };
  },
};
