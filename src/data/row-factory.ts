/** Row objects from columns: made in blocks from one template, so that all rows of a result share one hidden class. */
import type { ColumnData } from './column.js';
import type { ValuePolicy } from './policy.js';
import type { Schema } from './schema.js';
import type { DataType } from './types.js';
import { readValues } from './values.js';

/** Rows decoded at a time: few enough that a block of objects and its values stay in the caches. */
const blockRows = 1024;

export type RowMaker = (start: number, end: number, out: unknown[], at: number) => void;

/**
 * A function that writes the row objects of `start` … `end` into `out` from index `at` on.
 * Every column is an own property of its row, in schema order, whatever it is called.
 */
export function rowMaker(schema: Schema, columns: readonly ColumnData[], policy: ValuePolicy): RowMaker {
  const names = schema.names;
  const template = rowTemplate(schema, policy);
  const values: unknown[] = new Array<unknown>(blockRows);
  // Assigning to `__proto__` would set the prototype even where it is an own property of the template's copy.
  const assign = names.includes('__proto__') ? defineColumn : assignColumn;
  return (start, end, out, at) => {
    for (let from = start; from < end; from += blockRows) {
      const to = Math.min(end, from + blockRows);
      const offset = at + from - start;
      for (let i = 0; i < to - from; i++) out[offset + i] = { ...template };
      for (let c = 0; c < names.length; c++) {
        const column = columns[c];
        const name = names[c];
        if (column === undefined || name === undefined) continue;
        readValues(column, name, policy, from, to, values);
        assign(out as Record<string, unknown>[], offset, to - from, name, values);
      }
    }
  };
}

function assignColumn(
  rows: Record<string, unknown>[],
  offset: number,
  count: number,
  name: string,
  values: readonly unknown[],
): void {
  for (let i = 0; i < count; i++) (rows[offset + i] as Record<string, unknown>)[name] = values[i];
}

function defineColumn(
  rows: Record<string, unknown>[],
  offset: number,
  count: number,
  name: string,
  values: readonly unknown[],
): void {
  for (let i = 0; i < count; i++) {
    Object.defineProperty(rows[offset + i], name, {
      value: values[i],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/** An object with every column as an own property; sample values tell V8 what each field will hold. */
function rowTemplate(schema: Schema, policy: ValuePolicy): Record<string, unknown> {
  const template: Record<string, unknown> = {};
  for (const field of schema.fields) {
    Object.defineProperty(template, field.name, {
      value: field.nullable ? null : sample(field.type, policy),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return template;
}

function sample(type: DataType, policy: ValuePolicy): unknown {
  switch (type.kind) {
    case 'utf8':
      return '';
    case 'float32':
    case 'float64':
      return 0.5;
    case 'int64':
    case 'uint64':
      return policy.int64 === 'number' ? 0.5 : null;
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
      return 0;
    default:
      return null;
  }
}
