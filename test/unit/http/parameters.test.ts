import { parseGuid, parseTraceparent, parseUserKey } from '../../../src/lib/http/parameters.ts';

const id = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';

describe('route parameters', () => {
  it.each([
    [id.toUpperCase(), { userId: id }],
    ['Ada@Contoso.example', { userPrincipalName: 'ada@contoso.example' }],
    [
      'amy_partner.example#EXT#@contoso.onmicrosoft.com',
      { userPrincipalName: 'amy_partner.example#ext#@contoso.onmicrosoft.com' },
    ],
    ["o'neil@contoso.example", { userPrincipalName: "o'neil@contoso.example" }],
    ['ada', undefined],
    ['a b@contoso.example', undefined],
    ['a/../b@contoso.example', undefined],
    ['a@b@c', undefined],
    [`${'a'.repeat(110)}@b.c`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %s as a user', (value, expected) => {
    expect(parseUserKey(value)).toEqual(expected);
  });

  it('reads ids in lower case only', () => {
    expect([parseGuid(id.toUpperCase()), parseGuid('me'), parseGuid(`${id}'`)]).toEqual([id, undefined, undefined]);
  });

  it('carries on only a well-formed traceparent', () => {
    const sound = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect([sound, `${sound}\n`, 'x', null].map(parseTraceparent)).toEqual([sound, undefined, undefined, undefined]);
  });
});
