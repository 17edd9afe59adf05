/** Tables as text for people: fitted to the terminal, numbers aligned, long text cut, hidden rows and columns named. */
import type { ColumnData } from './column.js';
import { isValid, sliceColumn } from './column.js';
import { dateText, timestampText } from './policy.js';
import type { Field, Schema } from './schema.js';
import { textWidth, truncateText } from './text-width.js';
import { isFloat, isNumeric, typeName } from './types.js';
import type { CellValue } from './values.js';
import { readValues } from './values.js';

export interface PrintOptions {
  /** Character cells of a line; the terminal's width, or 100 where there is none. */
  readonly width?: number;
  /** Rows shown at most; when there are more, the first and the last. */
  readonly maxRows?: number;
}

const widestCell = 32;

interface Cells {
  readonly head: string;
  readonly type: string;
  readonly texts: readonly string[];
  readonly right: boolean;
  readonly width: number;
}

export function printTable(
  schema: Schema,
  columns: readonly ColumnData[],
  numRows: number,
  options: PrintOptions = {},
): string {
  const width = options.width ?? process.stdout.columns ?? 100;
  const maxRows = Math.max(2, options.maxRows ?? 20);
  const title = `${count(numRows, 'row')} × ${count(schema.length, 'column')}`;
  if (schema.length === 0) return title;
  const cut = numRows > maxRows;
  const top = cut ? Math.ceil(maxRows / 2) : numRows;
  const bottom = cut ? maxRows - top : 0;
  const cells = schema.fields.map((field, i) => columnCells(field, columns[i], top, bottom, numRows));
  const shown = fitting(cells, width);
  const hidden = cells.length - shown.length;
  const gap = cut ? top : -1;
  const lines = [
    line(shown.map((c) => pad(c.head, c))),
    line(shown.map((c) => pad(c.type, c))),
    shown.map((c) => '─'.repeat(c.width)).join('──'),
  ];
  for (let r = 0; r < top + bottom; r++) {
    if (r === gap) lines.push(line(shown.map((c) => pad('⋮', c))));
    lines.push(line(shown.map((c) => pad(c.texts[r] ?? '', c))));
  }
  const notes = [title];
  if (cut) notes.push(`${(numRows - top - bottom).toLocaleString('en-US')} rows not shown`);
  if (hidden > 0) {
    const names = schema.names.slice(shown.length, shown.length + 6).join(', ');
    notes.push(`not shown: ${names}${hidden > 6 ? ` and ${String(hidden - 6)} more` : ''}`);
  }
  lines.push(notes.join(' · '));
  return lines.join('\n');
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

function line(cells: readonly string[]): string {
  return cells.join('  ').trimEnd();
}

function pad(text: string, column: Cells): string {
  const space = ' '.repeat(Math.max(0, column.width - textWidth(text)));
  return column.right ? space + text : text + space;
}

/** As many columns as fit beside each other, at least one. */
function fitting(cells: readonly Cells[], width: number): readonly Cells[] {
  let used = 0;
  let fit = 0;
  for (const c of cells) {
    used += c.width + (fit === 0 ? 0 : 2);
    if (used > width && fit > 0) break;
    fit++;
  }
  return cells.slice(0, fit);
}

function columnCells(
  field: Field,
  column: ColumnData | undefined,
  top: number,
  bottom: number,
  numRows: number,
): Cells {
  const texts = column === undefined ? [] : cellTexts(column, top, bottom, numRows);
  const head = truncateText(field.name, widestCell);
  const type = typeName(field.type);
  const width = Math.max(textWidth(head), textWidth(type), ...texts.map(textWidth));
  return { head, type, texts, right: isNumeric(field.type), width };
}

function cellTexts(column: ColumnData, top: number, bottom: number, numRows: number): string[] {
  const parts = [sliceColumn(column, 0, top), sliceColumn(column, numRows - bottom, numRows)];
  const raw = parts.flatMap(rawValues);
  if (!isFloat(column.type)) return raw.map((value) => truncateText(cellText(value, column), widestCell));
  return floatTexts(raw as (number | null)[]);
}

function rawValues(part: ColumnData): CellValue[] {
  const out: CellValue[] = [];
  if (part.layout === 'fixed' && (part.type.kind === 'date' || part.type.kind === 'timestamp')) {
    for (let i = 0; i < part.length; i++) out.push(isValid(part, i) ? (part.values[i] ?? null) : null);
    return out;
  }
  readValues(part, '', { int64: 'bigint', dates: 'date' }, 0, part.length, out);
  return out;
}

function cellText(value: CellValue, column: ColumnData): string {
  if (value === null) return 'null';
  if (column.type.kind === 'date') return dateText(Number(value));
  if (column.type.kind === 'timestamp')
    return readableTimestamp(timestampText(value as bigint, column.type.unit));
  return visible(String(value));
}

/** `2013-01-31 12:30`: the parts of a timestamp that say something. */
function readableTimestamp(iso: string): string {
  const plain = iso.slice(0, -1).replace('T', ' ').replace(/\.0+$/, '');
  return plain.endsWith(':00') ? plain.slice(0, -3) : plain;
}

/** Control characters would break the layout; they are shown as escapes. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (c) => {
    const short = new Map([
      ['\n', '\\n'],
      ['\r', '\\r'],
      ['\t', '\\t'],
    ]).get(c);
    return short ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Floats of one column with the same number of decimals: six significant digits of the largest, no more than needed. */
function floatTexts(values: readonly (number | null)[]): string[] {
  const finite = values.filter((v): v is number => v !== null && Number.isFinite(v));
  const largest = finite.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const smallest = finite.reduce((m, v) => (v === 0 ? m : Math.min(m, Math.abs(v))), Infinity);
  if (largest >= 1e15 || smallest < 1e-4)
    return values.map((v) => (v === null ? 'null' : String(Number(v.toPrecision(6)))));
  const whole = largest < 1 ? 1 : Math.floor(Math.log10(largest)) + 1;
  const most = Math.max(0, 6 - whole);
  let digits = 0;
  for (const v of finite) {
    const [, fraction = ''] = Number(v.toFixed(most)).toString().split('.');
    digits = Math.max(digits, fraction.length);
  }
  return values.map((v) => {
    if (v === null) return 'null';
    return Number.isFinite(v) ? v.toFixed(Math.min(digits, most)) : String(v);
  });
}
