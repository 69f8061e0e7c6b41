import { styleText } from 'node:util';
import { forTerminal } from '../../../dev/command-line/for-terminal.ts';

describe('forTerminal', () => {
  it.each([
    ['words of any language', 'Ekström → 東京', 'Ekström → 東京'],
    ['colours', styleText('red', 'no', { validateStream: false }), '\u001B[31mno\u001B[39m'],
    ['tabs', '\t"roles": []', '\t"roles": []'],
    ['no line of its own', 'a\nb\rc', 'a\uFFFDb\uFFFDc'],
    ['no movement of the cursor', '\u001B[2Ja\u001B[1;1Hb\u009B1A\u0008', '\uFFFD[2Ja\uFFFD[1;1Hb\uFFFD1A\uFFFD'],
    ['no other direction of writing', 'admin\u202Etxt', 'admin\uFFFDtxt'],
  ])('leaves %s', (_case, line, shown) => {
    expect(forTerminal(line)).toBe(shown);
  });
});
