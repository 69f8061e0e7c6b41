import { stripVTControlCharacters } from 'node:util';

/** Lines of a table: words to the left, numbers and what stands above nothing but numbers to the right. Colours take no room. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column])))) ?? [];
  const isOfNumbers = widths.map((_, column) => rows.length > 1 && rows.slice(1).every((row) => isNumber(row[column])));
  return rows.map((row, index) => {
    const cells = row.map((value, column) => {
      const room = ' '.repeat((widths[column] ?? 0) - widthOf(value));
      const isRight = isNumber(value) || (index === 0 && isOfNumbers[column] === true);
      return isRight ? room + String(value) : String(value) + room;
    });
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

function isNumber(value: string | number | undefined): boolean {
  return typeof value === 'number' || /^[\d.,]+$/.test(stripVTControlCharacters(value ?? ''));
}

function widthOf(value: string | number | undefined): number {
  return stripVTControlCharacters(String(value ?? '')).length;
}
