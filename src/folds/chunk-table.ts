/** One chunk of a feeder as a table of the columns wanted, its types those of the first chunk. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import { describe } from '../data/build-column.js';
import type { ColumnInput, RowImport } from '../data/import-rows.js';
import { importRecord } from '../data/import-rows.js';
import { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
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
  const found = chunk instanceof Table ? chunk.schema : columnsOf(chunk, names).schema;
  return new Schema(
    names.map((name) => {
      const field = found.field(name);
      if (field === undefined) throw noColumn(name, known(chunk));
      return { name, type: field.nullable && isAllNull(chunk, name) ? float64 : field.type, nullable: true };
    }),
  );
}

/**
 * The rows of a chunk, in tables of some rows each.
 *
 * @throws EngineError `type` or `data` where it does not fit the first, `argument` for what is no chunk
 */
export function chunkTables(chunk: unknown, schema: Schema): Iterable<Table> {
  if (chunk instanceof Table) return [fitting(chunk as Table, schema)];
  if (Array.isArray(chunk) && chunk.length === 0) return [];
  return columnsOf(chunk, schema.names, schema).batches();
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

/** Rows or columns as an import of the columns wanted; a column that no row has is left out. */
function columnsOf(chunk: unknown, names: readonly string[], schema?: Schema): RowImport {
  const columns = new Map<string, ColumnInput>();
  if (Array.isArray(chunk)) {
    const rows = checkRows(chunk);
    for (const name of names) {
      if (schema !== undefined || rows.some((row) => Object.hasOwn(row, name)))
        columns.set(
          name,
          rows.map((row) => valueOf(row, name)),
        );
    }
  } else if (isColumnRecord(chunk)) {
    for (const name of names) {
      const column = Object.hasOwn(chunk, name) ? chunk[name] : undefined;
      if (column !== undefined) columns.set(name, column);
      else if (schema !== undefined) throw noColumn(name, known(chunk));
    }
  } else {
    throw new EngineError(
      'argument',
      `a chunk is a table, an array of rows or a record of columns, not ${describe(chunk)}`,
    );
  }
  return importRecord(columns, schema);
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

function isAllNull(chunk: unknown, name: string): boolean {
  const isNull = (value: unknown): boolean => value === null || value === undefined;
  if (Array.isArray(chunk)) return chunk.every((row) => isNull(valueOf(row as object, name)));
  const column = isColumnRecord(chunk) ? chunk[name] : undefined;
  return Array.isArray(column) && column.every(isNull);
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
