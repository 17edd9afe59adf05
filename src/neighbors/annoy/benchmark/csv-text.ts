/** A table as CSV text, by RFC 4180: for tables of figures, which fit memory. */
import type { Table } from '../../../data/table.js';

/** A header and a line for each row. Nulls are empty; text is quoted where it must be. */
export function csvText(table: Table): string {
  const cell = (value: unknown): string => {
    if (value === null || value === undefined) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const { names } = table.schema;
  const lines = [names, ...table.toArray().map((row) => names.map((name) => row[name]))];
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}
