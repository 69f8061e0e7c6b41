/** Lines of a table: the first column to the left, numbers to the right, as wide as its widest cell. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length))) ?? [];
  const cell = (value: string | number | undefined, column: number): string => {
    const text = String(value ?? '');
    const isNumber = typeof value === 'number' || /^[\d.,]+$/.test(text);
    return isNumber ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  };
  return rows.map((row) => `  ${row.map(cell).join('  ').trimEnd()}`);
}
