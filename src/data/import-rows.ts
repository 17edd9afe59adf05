/** Arrays of row objects and records of columns as batches in our layout, a bounded number of rows at a time. */
import { EngineError } from '../base/engine-error.js';
import { buildColumn, describe } from './build-column.js';
import type { ColumnData, ValueArray } from './column.js';
import { sliceColumn } from './column.js';
import { TypeInference } from './infer-type.js';
import type { Field } from './schema.js';
import { Schema } from './schema.js';
import { Table } from './table.js';
import type { DataType } from './types.js';
import * as types from './types.js';

/** Rows converted in one step, so that the event loop gets its turn between two. */
export const importBatchRows = 16_384;

export interface RowImport {
  readonly schema: Schema;
  readonly rows: number;
  /** The rows `first` up to `end`, all by default; from the start at every call. */
  batches(first?: number, end?: number): Iterable<Table>;
}

/**
 * Row objects as a relation. Columns are the own enumerable keys of all rows in order of first appearance; a missing key is null.
 *
 * @param schema fixes names, order and types; every value is checked against it
 * @throws EngineError `data` for mixed types or a value that does not fit, `argument` for something that is no object
 */
export function importRows(rows: readonly object[], schema: Schema = inferRows(rows)): RowImport {
  return {
    schema,
    rows: rows.length,
    *batches(first = 0, end = rows.length) {
      for (let start = first; start < end; start += importBatchRows) {
        const part = rows.slice(start, Math.min(end, start + importBatchRows));
        const columns = schema.fields.map((field) => {
          const values = part.map((row) => ownValue(row, field.name));
          return checkedColumn(field, values, start);
        });
        yield new Table(schema, columns, part.length);
      }
    },
  };
}

function inferRows(rows: readonly object[]): Schema {
  const columns = new Map<string, { inference: TypeInference; seen: number }>();
  rows.forEach((row, i) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new EngineError('argument', `row ${String(i)} must be an object, not ${describe(row)}`, {
        detail: { row: i },
      });
    }
    for (const name of Object.keys(row)) {
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = { inference: new TypeInference(name), seen: 0 }));
      column.seen++;
      column.inference.see(ownValue(row, name), i);
    }
  });
  return new Schema(
    [...columns].map(([name, { inference, seen }]) => {
      if (seen < rows.length) inference.missing();
      return { name, ...inference.result() };
    }),
  );
}

function ownValue(row: object, name: string): unknown {
  return Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined;
}

function checkedColumn(field: Field, values: readonly unknown[], start: number): ColumnData {
  const column = buildColumn(field.type, values, field.name, start);
  if (column.nullCount > 0 && !field.nullable) {
    const row = start + values.findIndex((v) => v === null || v === undefined);
    throw new EngineError(
      'data',
      `column ${JSON.stringify(field.name)}, row ${String(row)}: null where the schema allows none`,
      {
        detail: { column: field.name, row },
      },
    );
  }
  return column;
}

/** A typed array keeps its exact type; an array is read like the values of rows. */
export type ColumnInput = ValueArray | readonly unknown[];

/**
 * A record (or Map) of equally long columns as a relation. Typed arrays are read where they are.
 *
 * @throws EngineError `argument` for unequal lengths or something that is no column, `data` as importRows
 */
export function importRecord(
  record: Readonly<Record<string, ColumnInput>> | ReadonlyMap<string, ColumnInput>,
  schema?: Schema,
): RowImport {
  const inputs = isMap(record) ? record : new Map(Object.entries(record));
  let length: number | undefined;
  let firstName = '';
  for (const [name, input] of inputs) {
    if (!Array.isArray(input) && typedArrayType(input) === undefined) {
      throw new EngineError(
        'argument',
        `column ${JSON.stringify(name)} must be an array or typed array, not ${describe(input)}`,
        {
          detail: { column: name },
        },
      );
    }
    length ??= ((firstName = name), input.length);
    if (input.length !== length) {
      throw new EngineError(
        'argument',
        `columns must be equally long: ${JSON.stringify(firstName)} has ${String(length)} values, ${JSON.stringify(name)} ${String(input.length)}`,
        { detail: { column: name, length: input.length, expected: length } },
      );
    }
  }
  const rows = length ?? 0;
  const fields =
    schema ?? new Schema([...inputs].map(([name, input]) => ({ name, ...inferColumn(name, input) })));
  return {
    schema: fields,
    rows,
    *batches(first = 0, end = rows) {
      for (let start = first; start < end; start += importBatchRows) {
        const next = Math.min(end, start + importBatchRows);
        const columns = fields.fields.map((field) =>
          recordColumn(field, inputs.get(field.name), start, next),
        );
        yield new Table(fields, columns, next - start);
      }
    },
  };
}

function isMap(
  record: Readonly<Record<string, ColumnInput>> | ReadonlyMap<string, ColumnInput>,
): record is ReadonlyMap<string, ColumnInput> {
  return record instanceof Map;
}

function recordColumn(field: Field, input: ColumnInput | undefined, start: number, end: number): ColumnData {
  if (input === undefined) return checkedColumn(field, new Array<null>(end - start).fill(null), start);
  if (!Array.isArray(input) && typedArrayType(input)?.kind === field.type.kind) {
    const values = input as ValueArray;
    return sliceColumn(
      { layout: 'fixed', type: field.type, length: values.length, validity: null, nullCount: 0, values },
      start,
      end,
    );
  }
  return checkedColumn(field, Array.from(input.slice(start, end) as ArrayLike<unknown>), start);
}

function inferColumn(name: string, input: ColumnInput): { type: DataType; nullable: boolean } {
  const type = typedArrayType(input);
  if (type !== undefined) return { type, nullable: false };
  const inference = new TypeInference(name);
  (input as readonly unknown[]).forEach((value, i) => {
    inference.see(value, i);
  });
  return inference.result();
}

function typedArrayType(input: unknown): DataType | undefined {
  if (input instanceof Int8Array) return types.int8;
  if (input instanceof Int16Array) return types.int16;
  if (input instanceof Int32Array) return types.int32;
  if (input instanceof BigInt64Array) return types.int64;
  if (input instanceof Uint8Array || input instanceof Uint8ClampedArray) return types.uint8;
  if (input instanceof Uint16Array) return types.uint16;
  if (input instanceof Uint32Array) return types.uint32;
  if (input instanceof BigUint64Array) return types.uint64;
  if (input instanceof Float32Array) return types.float32;
  if (input instanceof Float64Array) return types.float64;
  return undefined;
}
