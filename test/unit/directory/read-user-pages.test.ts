import { readUser } from '../../../src/lib/directory/read-user.ts';
import { IncompleteReadingError } from '../../../src/lib/errors.ts';
import { scriptedClient } from './scripted-client.ts';

const id = 'aaaaaaaa-0000-4000-8000-000000000001';
const group = (number: number) => `bbbbbbbb-0000-4000-8000-00000000000${number}`;
const clock = { now: () => new Date(0) };
const user = { id: 'user', status: 200, body: { id, userPrincipalName: 'ada@example.net', accountEnabled: true } };
const answer = (groups: unknown, of: unknown = user) => ({
  status: 200,
  body: { responses: [of, { id: 'groups', status: 200, body: groups }] },
});
const read = (...answers: { status: number; body: unknown }[]) => {
  const { client, calls } = scriptedClient(...answers);
  return { calls, reading: readUser({ client, clock }, id, { direct: false, priority: 'normal' }) };
};

describe('the groups of a user', () => {
  it('are read by the listing when the action does not give all of them', async () => {
    const { calls, reading } = read(
      answer({ value: [group(1)], '@odata.nextLink': 'more' }),
      { status: 200, body: { value: [{ id: group(1) }], '@odata.nextLink': 'next' } },
      { status: 200, body: { value: [{ id: group(2) }] } },
    );
    expect(await reading).toMatchObject({ groups: new Set([group(1), group(2)]) });
    expect(calls.map(({ path }) => path.replace(/\?.*/, ''))).toEqual([
      '/$batch',
      `/users/${id}/transitiveMemberOf`,
      'next',
    ]);
  });

  it.each([undefined, {}, { value: null }, { value: ['not an id'] }, { value: {} }])(
    'are unknown, not none, when the answer is %j',
    async (groups) => {
      await expect(read(answer(groups)).reading).rejects.toBeInstanceOf(IncompleteReadingError);
    },
  );

  it('are those of the user who was asked for', async () => {
    const other = { ...user, body: { ...user.body, id: group(1) } };
    await expect(read(answer({ value: [] }, other)).reading).rejects.toThrow('another user');
  });
});
