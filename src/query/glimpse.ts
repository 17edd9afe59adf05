/** A table turned on its side: a line per column with its type and first values. */
import type { Table } from '../data/table.js';
import { textWidth, truncateText } from '../data/text-width.js';
import { typeName } from '../data/types.js';

/** Rows that are looked at. */
export const glimpseRows = 20;

/** Width of a line where there is no terminal. */
const DEFAULT_WIDTH = 100;

/**
 * @param width character cells of a line
 * @example printGlimpse(await flights.head(3).collect())
 * // => 'delay   int32  14, -3, 25\norigin  utf8   "SFO", "LAX", "SFO"'
 */
export function printGlimpse(table: Table, width: number = process.stdout.columns ?? DEFAULT_WIDTH): string {
  const exact = table.withPolicy({ int64: 'string', dates: 'string' });
  const names = table.schema.names.map((name) => truncateText(name, 32));
  const types = table.schema.fields.map((field) => `${typeName(field.type)}${field.nullable ? '?' : ''}`);
  const nameWidth = Math.max(0, ...names.map(textWidth));
  const typeWidth = Math.max(0, ...types.map((type) => type.length));
  const lines = table.schema.fields.map((field, i) => {
    const isText = field.type.kind === 'utf8';
    const values = exact
      .column(field.name)
      .toArray()
      .map((value) => (isText && value !== null ? JSON.stringify(value) : String(value)));
    const name = names[i] ?? '';
    const head = `${name}${' '.repeat(nameWidth - textWidth(name))}  ${(types[i] ?? '').padEnd(typeWidth)}  `;
    return truncateText(`${head}${values.join(', ')}`, Math.max(width, 20)).trimEnd();
  });
  return lines.join('\n');
}
