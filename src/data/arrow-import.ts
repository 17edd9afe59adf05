/** Arrow tables of any apache-arrow version, and IPC bytes, as batches in our layout; shares memory where it can. */
import { createRequire } from 'node:module';

import type * as Arrow from 'apache-arrow';

import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import { importArrowColumn } from './arrow-column.js';
import type { ArrowBatch, ArrowData, ArrowField, ArrowTableLike } from './arrow-shape.js';
import { arrowTypeName, fromArrowType, isArrowTable } from './arrow-shape.js';
import { Schema } from './schema.js';
import { Table } from './table.js';
import type { DataType } from './types.js';

let loaded: typeof Arrow | undefined;

/**
 * Loaded at first use, at once: opening a source is synchronous. The library in one file loads four times as fast as its
 * hundred modules. Nothing of this copy leaves the file.
 */
function arrowReader(): typeof Arrow {
  return (loaded ??= createRequire(import.meta.url)('apache-arrow/Arrow.es2015.min') as typeof Arrow);
}

export interface ArrowImport {
  readonly schema: Schema;
  readonly batches: readonly Table[];
  readonly rows: number;
}

/**
 * Reads an Arrow table, whichever copy or version of apache-arrow made it.
 *
 * @param names only these columns, in this order; the others may be of any type
 * @throws EngineError 'plan' for an unknown name, 'unsupported' naming column and type, 'data' for a value that our type
 * cannot hold
 */
export function importArrow(table: ArrowTableLike, names?: readonly string[]): ArrowImport {
  const picked = pick(table, names);
  const nullable = picked.map(({ field }) => field.nullable);
  const batches = table.batches
    .filter((batch) => batch.numRows > 0)
    .map((batch) => {
      const columns = picked.map(({ field, type, index }, i) => {
        const column = importArrowColumn(childAt(batch, index), type, field.name);
        if (column.nullCount > 0) nullable[i] = true;
        return column;
      });
      return { columns, rows: batch.numRows };
    });
  const schema = new Schema(
    picked.map(({ field, type }, i) => ({ name: field.name, type, nullable: nullable[i] ?? true })),
  );
  const tables = batches.map(({ columns, rows }) => new Table(schema, columns, rows));
  return { schema, batches: tables, rows: tables.reduce((sum, t) => sum + t.numRows, 0) };
}

interface PickedColumn {
  readonly field: ArrowField;
  readonly type: DataType;
  readonly index: number;
}

function pick(table: ArrowTableLike, names: readonly string[] | undefined): PickedColumn[] {
  const { fields } = table.schema;
  const known = fields.map((field) => field.name);
  return (names ?? known).map((name, i) => {
    const index = names === undefined ? i : known.indexOf(name);
    const field = fields[index];
    if (field === undefined) {
      throw new EngineError(
        'plan',
        `no column ${JSON.stringify(name)}${didYouMean(name, known, 'columns')}`,
        {
          detail: { column: name, columns: known },
        },
      );
    }
    return { field, type: columnType(field), index };
  });
}

/** Reads the bytes of an Arrow IPC file or stream. Throws EngineError `format` for anything else. */
export function importArrowIpc(
  bytes: Uint8Array,
  label = 'Arrow IPC bytes',
  names?: readonly string[],
): ArrowImport {
  let table: unknown;
  try {
    table = arrowReader().tableFromIPC(bytes);
  } catch (cause) {
    throw new EngineError('format', `${label}: not an Arrow IPC file or stream that can be read`, { cause });
  }
  // Bytes that begin with a zero length are read as a stream that ends before its schema.
  if (!isArrowTable(table) || table.schema.fields.length === 0)
    throw new EngineError('format', `${label}: no Arrow table inside`);
  return importArrow(table, names);
}

function columnType(field: ArrowField): DataType {
  const type = fromArrowType(field.type);
  if (type !== undefined) return type;
  throw new EngineError(
    'unsupported',
    `column ${JSON.stringify(field.name)} has the Arrow type ${arrowTypeName(field.type)}, which this release does not read; ` +
      `leave the column out or cast it first`,
    { detail: { column: field.name, type: arrowTypeName(field.type) } },
  );
}

function childAt(batch: ArrowBatch, i: number): ArrowData {
  const child = batch.data.children[i];
  if (child === undefined) throw new EngineError('format', `Arrow batch has no column ${String(i)}`);
  return child;
}
