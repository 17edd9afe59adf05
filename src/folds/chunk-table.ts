/** One chunk of a feeder as a table of the columns wanted, its types those of the first chunk. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import { describe } from '../data/build-column.js';
import type { ColumnInput, RowImport } from '../data/import-rows.js';
import { importRecord, importRows } from '../data/import-rows.js';
import { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
import type { DataType } from '../data/types.js';
import { float64, sameType, typeName } from '../data/types.js';
import { isColumnRecord } from './feeder.js';

/**
 * The columns of a feeder, from its first chunk that has rows. Any may have nulls: later chunks are not seen yet. A column
 * of nulls alone is taken for numbers.
 *
 * @param names those wanted
 * @returns undefined where the chunk tells nothing: an empty array
 * @throws EngineError `plan` for a column that is not there, `argument` for what is no chunk, `data` for mixed types
 */
export function schemaOfChunk(chunk: unknown, names: readonly string[]): Schema | undefined {
  if (Array.isArray(chunk) && chunk.length === 0) return undefined;
  return new Schema(
    names.map((name) => {
      const type = chunk instanceof Table ? chunk.schema.field(name)?.type : typeIn(chunk, name);
      if (type === undefined) throw noColumn(name, known(chunk));
      return { name, type, nullable: true };
    }),
  );
}

/** A column's type by its first value: the others are checked against it when they are read. */
function typeIn(chunk: unknown, name: string): DataType | undefined {
  let column: ColumnInput | undefined;
  if (Array.isArray(chunk)) {
    const rows = checkRows(chunk);
    const row = rows.find((candidate) => isValue(valueOf(candidate, name)));
    if (row !== undefined) column = [valueOf(row, name)];
    else if (rows.some((candidate) => Object.hasOwn(candidate, name))) column = [];
  } else if (isColumnRecord(chunk)) {
    const values = Object.hasOwn(chunk, name) ? chunk[name] : undefined;
    column = Array.isArray(values) ? (values as unknown[]).filter(isValue).slice(0, 1) : values;
  } else {
    throw noChunk(chunk);
  }
  if (column === undefined) return undefined;
  // A column of nulls alone is taken for numbers.
  if (Array.isArray(column) && column.length === 0) return float64;
  return importRecord(new Map([[name, column]])).schema.fields[0]!.type;
}

function isValue(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/**
 * The rows of a chunk, in tables of some rows each.
 *
 * @throws EngineError `type` or `data` where it does not fit the first, `argument` for what is no chunk
 */
export function chunkTables(chunk: unknown, schema: Schema): Iterable<Table> {
  if (chunk instanceof Table) return [fitting(chunk as Table, schema)];
  if (Array.isArray(chunk) && chunk.length === 0) return [];
  return columnsOf(chunk, schema).batches();
}

function fitting(table: Table, schema: Schema): Table {
  const columns = schema.fields.map(({ name, type }) => {
    if (!table.schema.has(name)) throw noColumn(name, table.schema.names);
    const { data } = table.column(name);
    if (sameType(data.type, type)) return data;
    throw new EngineError(
      'type',
      `column ${JSON.stringify(name)} is ${typeName(data.type)}, in the first chunk it was ${typeName(type)}`,
      { detail: { column: name } },
    );
  });
  return new Table(schema, columns, table.numRows);
}

/** Rows or columns as an import of the columns of the schema; what a row does not have is null. */
function columnsOf(chunk: unknown, schema: Schema): RowImport {
  if (Array.isArray(chunk)) return importRows(checkRows(chunk), schema);
  if (!isColumnRecord(chunk)) throw noChunk(chunk);
  const columns = new Map<string, ColumnInput>();
  for (const name of schema.names) {
    const column = Object.hasOwn(chunk, name) ? chunk[name] : undefined;
    if (column === undefined) throw noColumn(name, known(chunk));
    columns.set(name, column);
  }
  return importRecord(columns, schema);
}

function noChunk(chunk: unknown): EngineError {
  return new EngineError(
    'argument',
    `a chunk is a table, an array of rows or a record of columns, not ${describe(chunk)}`,
  );
}

function checkRows(chunk: readonly unknown[]): readonly object[] {
  const bad = chunk.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (bad < 0) return chunk as readonly object[];
  throw new EngineError('argument', `row ${String(bad)} must be an object, not ${describe(chunk[bad])}`, {
    detail: { row: bad },
  });
}

function valueOf(row: object, name: string): unknown {
  return Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined;
}

function known(chunk: unknown): readonly string[] {
  if (chunk instanceof Table) return chunk.schema.names;
  const first: unknown = Array.isArray(chunk) ? chunk[0] : chunk;
  return typeof first === 'object' && first !== null ? Object.keys(first) : [];
}

function noColumn(name: string, names: readonly string[]): EngineError {
  return new EngineError('plan', `no column ${JSON.stringify(name)}${didYouMean(name, names, 'columns')}`, {
    detail: { column: name, columns: names },
  });
}
