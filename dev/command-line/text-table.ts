import { stripVTControlCharacters } from 'node:util';

/** Lines of a table: the first column to the left, numbers to the right, as wide as its widest cell. Colours take no room. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column])))) ?? [];
  const cell = (value: string | number | undefined, column: number): string => {
    const text = String(value ?? '');
    const room = ' '.repeat((widths[column] ?? 0) - widthOf(value));
    const isNumber = typeof value === 'number' || /^[\d.,]+$/.test(stripVTControlCharacters(text));
    return isNumber ? room + text : text + room;
  };
  return rows.map((row) => `  ${row.map(cell).join('  ').trimEnd()}`);
}

function widthOf(value: string | number | undefined): number {
  return stripVTControlCharacters(String(value ?? '')).length;
}
