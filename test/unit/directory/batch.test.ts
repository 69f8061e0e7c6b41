import { sendBatch } from '../../../src/lib/directory/batch.ts';
import { IncompleteReadingError } from '../../../src/lib/errors.ts';
import { scriptedClient } from './scripted-client.ts';

const requests = ['one', 'two'].map((id) => ({ id, path: `/users/${id}`, permission: 'User.Read.All' }));
const send = (responses: unknown) => {
  const { client } = scriptedClient({ status: 200, body: responses });
  return sendBatch(client, requests, 'normal');
};
const ok = (id: string) => ({ id, status: 200, headers: {}, body: { id } });

describe('a batch', () => {
  it('gives each answer by the id of its request, whatever the order', async () => {
    const answers = await send({ responses: [ok('two'), ok('one')] });
    expect([answers.get('one')?.body, answers.get('two')?.body]).toEqual([{ id: 'one' }, { id: 'two' }]);
  });

  it.each([
    { name: 'lacks an answer', responses: [ok('one')] },
    { name: 'is empty', responses: [] },
    { name: 'answers a request that was not sent', responses: [ok('one'), ok('two'), ok('three')] },
    { name: 'answers one request twice', responses: [ok('one'), ok('one'), ok('two')] },
    { name: 'has no list of answers', responses: undefined },
    { name: 'has an answer without a status', responses: [ok('one'), { id: 'two' }] },
  ])('that $name is no answer at all', async ({ responses }) => {
    await expect(send({ responses })).rejects.toBeInstanceOf(IncompleteReadingError);
  });

  it('leaves a 404 to the caller and throws for the rest', async () => {
    const answers = await send({ responses: [ok('one'), { id: 'two', status: 404 }] });
    expect(answers.get('two')?.failure).toMatchObject({ status: 404 });
    await expect(send({ responses: [ok('one'), { id: 'two', status: 500 }] })).rejects.toMatchObject({
      kind: 'againAfter',
    });
  });
});
