import {
  parseGuid,
  parseTraceparent,
  parseUserKey,
  parseVersion,
  parseVersionTag,
  versionTag,
} from '../../../src/lib/http/parameters.ts';

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

  it.each([
    ['"7"', 7],
    [' "0" ', 0],
    ['7', undefined],
    ['W/"7"', undefined],
    ['*', undefined],
    ['"7", "8"', undefined],
    ['"1234567890"', undefined],
  ])('reads If-Match: %s as version %s', (value, expected) => {
    expect(parseVersionTag(value)).toBe(expected);
  });

  it('reads numbers of versions, and writes the tag that it reads', () => {
    expect(['3', '0', '-1', '1e3', ''].map(parseVersion)).toEqual([3, undefined, undefined, undefined, undefined]);
    expect(parseVersionTag(versionTag(12))).toBe(12);
  });
});
