import { textTable } from '../../../dev/command-line/text-table.ts';

describe('textTable', () => {
  it('aligns words to the left and numbers to the right', () => {
    expect(
      textTable([
        ['what', 'per second'],
        ['app', 7],
        ['hand-written', '1,234'],
      ]),
    ).toEqual(['  what          per second', '  app                    7', '  hand-written       1,234']);
  });

  it('gives colours no room', () => {
    const red = '\u001B[31mno\u001B[39m';
    expect(
      textTable([
        [red, 'x'],
        ['yes', 'y'],
      ]),
    ).toEqual([`  ${red}   x`, '  yes  y']);
  });
});
