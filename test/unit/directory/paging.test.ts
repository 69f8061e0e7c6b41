import { z } from 'zod';
import { allOf } from '../../../src/lib/directory/paging.ts';
import { IncompleteReadingError } from '../../../src/lib/errors.ts';
import { scriptedClient } from './scripted-client.ts';

const first = { path: '/users', permission: 'User.Read.All' };
const page = (value: unknown, next?: string) => ({
  status: 200,
  body: { value, ...(next === undefined ? {} : { '@odata.nextLink': next }) },
});
const listed = (...answers: { status: number; body: unknown }[]) =>
  allOf(scriptedClient(...answers).client, first, z.number());

describe('a listing', () => {
  it('goes on as long as there is a link, over empty pages too', async () => {
    expect(await listed(page([1], 'a'), page([], 'b'), page([2, 3]))).toEqual([1, 2, 3]);
  });

  it.each([
    { name: 'has a page without a list', answers: [page([1], 'a'), page(undefined)] },
    { name: 'has no body', answers: [{ status: 200, body: undefined }] },
    { name: 'has an item of another shape', answers: [page([1, 'two'])] },
  ])('that $name is no answer', async ({ answers }) => {
    await expect(listed(...answers)).rejects.toBeInstanceOf(IncompleteReadingError);
  });

  it('that repeats a link is given up at once', async () => {
    const { client, calls } = scriptedClient(page([1], 'a'), page([2], 'b'), page([3], 'a'));
    await expect(allOf(client, first, z.number())).rejects.toThrow('repeats one of its links');
    expect(calls.map(({ path }) => path)).toEqual(['/users', 'a', 'b']);
  });

  it('without an end ends', async () => {
    let number = 0;
    const { client } = scriptedClient();
    const endless = {
      ...client,
      send: async () => page([], `link ${(number += 1)}`),
    };
    await expect(allOf(endless, first, z.number())).rejects.toThrow('more than 10000 pages');
  });
});
