/** Spreadsheets take a cell that begins so for a formula; the apostrophe tells them that it is text. */
const formula = /^[=+\-@\t\r\n]/;

function cellOf(value: string | null): string {
  if (value === null) return '';
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of CSV (RFC 4180): null is an empty cell, and no cell is a formula. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}
