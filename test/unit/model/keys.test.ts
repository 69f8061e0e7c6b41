import fc from 'fast-check';
import {
  decodeKey,
  encodeKey,
  entitlementPartition,
  fixedWidth,
  groupPartition,
  isSafeKey,
  reversed,
  unreversed,
  userPartition,
} from '../../../src/lib/model/keys.ts';

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 });

describe('keys', () => {
  it.each([
    ['Anna.Smith@contoso.com', 'Anna.Smith@contoso.com'],
    ["o'neil_gmail.com#EXT#@contoso.com", 'o~27neil_gmail.com~23EXT~23@contoso.com'],
    ['a/b\\c?d%e|f~g', 'a~2fb~5cc~3fd~25e~7cf~7eg'],
    ['zoë', 'zo~c3~ab'],
    ['\u0000\u007f', '~00~7f'],
    ['😀', '~f0~9f~98~80'],
  ])('encodes %j as %s and back', (text, key) => {
    expect(encodeKey(text)).toBe(key);
    expect(decodeKey(key)).toBe(text);
  });

  it('encodes any text into a safe key and back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decodeKey(encodeKey(text))).toBe(text);
        expect(isSafeKey(encodeKey(text))).toBe(true);
      }),
    );
  });

  it('refuses keys that need escaping, are empty or too long', () => {
    for (const key of ['', 'a/b', 'a b', "a'b", 'a#b', 'ä', 'x'.repeat(1001)]) expect(isSafeKey(key)).toBe(false);
  });

  it('sorts revisions as numbers, and reversed ones the other way', () => {
    const revision = fc.integer({ min: 0, max: 999_999_999_999 });
    fc.assert(
      fc.property(revision, revision, (a, b) => {
        expect(fixedWidth(a) < fixedWidth(b)).toBe(a < b);
        expect(reversed(a) < reversed(b)).toBe(a > b);
        expect(unreversed(reversed(a))).toBe(a);
      }),
    );
  });

  it('takes ids in any case, but for those of entitlements, which people choose', () => {
    expect(userPartition('AA-11', 'BB-22')).toBe('aa-11|bb-22');
    expect(groupPartition('CC-33')).toBe('group|cc-33');
    expect(entitlementPartition('role', 'Admin')).toBe('role|Admin');
  });
});
