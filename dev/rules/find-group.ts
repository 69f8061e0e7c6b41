import { z } from 'zod';
import { UsageError } from '../command-line/usage-error.ts';
import { type ResolvedGroups, resolvedSchema } from './group-answers.ts';
import type { RolecallApi } from './rolecall-api.ts';

/** What a name or an object id stands for in the tenant. */
export async function resolveGroup(api: RolecallApi, text: string): Promise<ResolvedGroups> {
  const { body } = await api.call('GET', `/groups?name=${encodeURIComponent(text)}`);
  return resolvedSchema.parse(body);
}

/** The id of the one group that a person means by its id or its exact name. Throws UsageError naming the candidates. */
export async function findGroupId(api: RolecallApi, text: string): Promise<string> {
  const id = z.guid().safeParse(text).data;
  if (id !== undefined) return id.toLowerCase();
  const { candidates, suggestions } = await resolveGroup(api, text);
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only.id;
  const named = (only === undefined ? suggestions : candidates).map((one) => `  ${one.displayName} (${one.id})`);
  const said = only === undefined ? `There is no group '${text}'.` : `There are ${candidates.length} groups '${text}'.`;
  throw new UsageError(
    [said, ...(named.length > 0 ? ['Give the object id of the one you mean:', ...named] : [])].join('\n'),
  );
}
