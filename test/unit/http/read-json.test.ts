import { HttpRequest } from '@azure/functions';
import { readJson } from '../../../src/lib/http/read-json.ts';

function request(body: string | Uint8Array, headers: Record<string, string> = {}): HttpRequest {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return new HttpRequest({
    method: 'POST',
    url: 'http://localhost/',
    headers: { 'content-type': 'application/json', ...headers },
    body: { bytes },
  });
}

const limit = 100;

describe('readJson', () => {
  it.each([
    ['a body', request('{"a":1}')],
    ['a body with a charset', request('{"a":1}', { 'content-type': 'Application/JSON; charset=utf-8' })],
  ])('reads %s', async (_case, incoming) => {
    expect(await readJson(incoming, limit)).toEqual({ value: { a: 1 } });
  });

  it.each([
    ['another media type', 415, request('{}', { 'content-type': 'text/plain' })],
    ['a script type that begins alike', 415, request('{}', { 'content-type': 'application/json-patch+json' })],
    ['an announced size over the limit', 413, request('{}', { 'content-length': '101' })],
    ['a real size over the limit', 413, request(JSON.stringify('x'.repeat(99)))],
    ['bytes that are not UTF-8', 400, request(new Uint8Array([0x22, 0xff, 0x22]))],
    ['half a document', 400, request('{"a":')],
    ['nothing', 400, request('')],
  ])('refuses %s with %i', async (_case, status, incoming) => {
    expect(await readJson(incoming, limit)).toMatchObject({ refused: { status } });
  });
});
