/** Numeric columns of a table as rows of numbers: which columns will do, and copying them row-major in pieces. */
import { EngineError } from '../base/engine-error.js';
import { bitAt } from '../data/bitmap.js';
import type { ColumnData } from '../data/column.js';
import { isValid } from '../data/column.js';
import type { Schema } from '../data/schema.js';
import type { TypeKind } from '../data/types.js';
import { isNumeric, typeName } from '../data/types.js';
import { unknownColumn } from '../expr/unknown-column.js';

/** Types whose every value is exactly a float. */
const exactFloats: ReadonlySet<TypeKind> = new Set(['bool', 'int8', 'int16', 'uint8', 'uint16', 'float32']);

/** True when a copy in floats loses nothing. */
export function fitsFloats(schema: Schema): boolean {
  return schema.fields.every(({ type }) => exactFloats.has(type.kind));
}

/**
 * The columns that are coordinates: those named, or all, which must then be numeric.
 *
 * @throws EngineError `plan` for an unknown column, `type` for one that holds no numbers, `argument` for none at all
 */
export function coordinateColumns(schema: Schema, asked: unknown, role: string): readonly string[] {
  if (asked !== undefined && !Array.isArray(asked)) {
    throw new EngineError('argument', `the columns of ${role} are an array of names: ['x', 'y']`);
  }
  const names = (asked as readonly unknown[] | undefined) ?? schema.names;
  const columns = names.map((name) => {
    if (typeof name !== 'string') {
      throw new EngineError('argument', `the columns of ${role} are named by text, not ${typeof name}`);
    }
    const field = schema.field(name);
    if (field === undefined) throw unknownColumn(name, schema.names);
    if (!isNumeric(field.type) && field.type.kind !== 'bool') {
      const remedy =
        asked === undefined ? `; name the columns that count: { query, columns: ['x', 'y'] }` : '';
      throw new EngineError(
        'type',
        `${role} needs numbers; column ${JSON.stringify(name)} is ${typeName(field.type)}${remedy}`,
        { detail: { column: name } },
      );
    }
    return name;
  });
  if (columns.length === 0) throw new EngineError('argument', `${role} needs at least one column`);
  if (new Set(columns).size !== columns.length) {
    throw new EngineError('argument', `a column of ${role} is named twice: ${columns.join(', ')}`);
  }
  return columns;
}

/**
 * Rows `from` … `end` of the columns, row-major, into `values` from its start. Nulls become NaN.
 *
 * @throws EngineError `data` for an integer beyond 2^53, which a double would round
 */
export function copyRows(
  columns: readonly (readonly [name: string, column: ColumnData])[],
  from: number,
  end: number,
  values: Float32Array | Float64Array,
): void {
  columns.forEach(([name, column], j) => {
    if (values instanceof Float32Array) copyColumn(name, column, from, end, values, j, columns.length);
    else copyColumn(name, column, from, end, values, j, columns.length);
    if (column.nullCount === 0) return;
    for (let r = from; r < end; r++) {
      if (!isValid(column, r)) values[(r - from) * columns.length + j] = Number.NaN;
    }
  });
}

function copyColumn<A extends Float32Array | Float64Array>(
  name: string,
  column: ColumnData,
  from: number,
  end: number,
  values: A,
  at: number,
  step: number,
): void {
  let to = at;
  if (column.layout === 'bits') {
    for (let r = from; r < end; r++, to += step) values[to] = Number(bitAt(column.bits, r));
    return;
  }
  if (column.layout !== 'fixed')
    throw new EngineError('type', `column ${JSON.stringify(name)} holds no numbers`);
  const given = column.values;
  if (given instanceof BigInt64Array || given instanceof BigUint64Array) {
    for (let r = from; r < end; r++, to += step) {
      if (!isValid(column, r)) continue;
      const value = Number(given[r]!);
      if (!Number.isSafeInteger(value)) throw notExact(name, r, given[r]!);
      values[to] = value;
    }
  } else if (given instanceof Float64Array) {
    // Apart from the rest: a loop that reads one kind of array only is the fastest.
    for (let r = from; r < end; r++, to += step) values[to] = given[r]!;
  } else if (given instanceof Float32Array) {
    for (let r = from; r < end; r++, to += step) values[to] = given[r]!;
  } else {
    for (let r = from; r < end; r++, to += step) values[to] = given[r]!;
  }
}

function notExact(name: string, row: number, value: bigint): EngineError {
  return new EngineError(
    'data',
    `column ${JSON.stringify(name)}, row ${String(row)}: ${String(value)} is beyond 2^53 and would be rounded; cast the column to float64 if that is wanted`,
    { detail: { column: name, row, value: String(value) } },
  );
}
