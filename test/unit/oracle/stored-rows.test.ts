import { decodeKeyPart, joinRows } from '../../../dev/oracle/stored-rows.ts';

const keys = { partitionKey: 'p', etag: 'e', timestamp: 't' };

describe('joinRows', () => {
  it('joins the pieces of a long value in the order of their numbers', () => {
    const pieces = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`text__${index + 2}`, `${index + 2};`]),
    );
    const [row] = joinRows([{ ...keys, rowKey: 'r', ...pieces, text: '1;' }]);
    expect(row?.columns).toEqual({ text: '1;2;3;4;5;6;7;8;9;10;11;12;13;' });
  });

  it('joins as many further rows as the first one says, wherever they stand, and no more', () => {
    const rows = joinRows([
      { ...keys, rowKey: 'audit|1' },
      { ...keys, rowKey: 'record', moreRows: 1, text: 'a', v: 1 },
      { ...keys, rowKey: 'record|more|01', text__2: 'b' },
      { ...keys, rowKey: 'record|more|02', text__3: 'left over' },
    ]);
    expect(rows.map(({ rowKey, columns }) => [rowKey, columns])).toEqual([
      ['audit|1', {}],
      ['record', { text: 'ab', v: 1 }],
    ]);
  });
});

describe('decodeKeyPart', () => {
  it('reads bytes of UTF-8', () => {
    expect(decodeKeyPart('o~27neil_~c3~a9~23ext~23@x.example')).toBe("o'neil_é#ext#@x.example");
  });
});
