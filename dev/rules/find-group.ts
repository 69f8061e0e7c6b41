import { z } from 'zod';
import { UsageError } from '../command-line/usage-error.ts';
import { rulesSchema } from './answers.ts';
import type { RolecallApi } from './rolecall-api.ts';

/** The id of a group that a person names by its id, or by the exact name of a group that the rules in force map. */
export async function findGroupId(api: RolecallApi, text: string): Promise<string> {
  const id = z.guid().safeParse(text).data;
  if (id !== undefined) return id.toLowerCase();
  const { pins } = rulesSchema.parse((await api.call('GET', '/rules')).body);
  const ids = new Set(pins.filter(({ displayName }) => displayName === text).map(({ groupId }) => groupId));
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return only;
  const found = only === undefined ? 'no group' : `${ids.size} groups`;
  throw new UsageError(`The rules in force map ${found} of the name '${text}'. Give the group's object id.`);
}
