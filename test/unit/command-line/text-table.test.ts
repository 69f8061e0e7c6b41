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

  it('puts the name of a column of numbers above them', () => {
    const rows = [
      ['who', 'n'],
      ['ada', 1000],
      ['ben', 7],
    ];
    expect(textTable(rows)).toEqual(['  who     n', '  ada  1000', '  ben     7']);
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
