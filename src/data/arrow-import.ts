/** Arrow tables of any apache-arrow version, and IPC bytes, as batches in our layout; shares memory where it can. */
import { createRequire } from 'node:module';

import type * as Arrow from 'apache-arrow';

import { EngineError } from '../base/engine-error.js';
import { importArrowColumn } from './arrow-column.js';
import type { ArrowBatch, ArrowData, ArrowField, ArrowTableLike } from './arrow-shape.js';
import { arrowTypeName, fromArrowType, isArrowTable } from './arrow-shape.js';
import { Schema } from './schema.js';
import { Table } from './table.js';

let loaded: typeof Arrow | undefined;

/** Loaded at first use, at once: opening a source is synchronous. Nothing of this copy leaves the file. */
function arrowReader(): typeof Arrow {
  return (loaded ??= createRequire(import.meta.url)('apache-arrow') as typeof Arrow);
}

export interface ArrowImport {
  readonly schema: Schema;
  readonly batches: readonly Table[];
  readonly rows: number;
}

/**
 * Reads an Arrow table, whichever copy or version of apache-arrow made it.
 *
 * @throws EngineError 'unsupported' naming column and type, 'data' for a value our type cannot hold
 */
export function importArrow(table: ArrowTableLike): ArrowImport {
  const types = table.schema.fields.map((field) => columnType(field));
  const nullable = table.schema.fields.map((field) => field.nullable);
  const batches = table.batches
    .filter((batch) => batch.numRows > 0)
    .map((batch) => {
      const columns = types.map((type, i) => {
        const child = childAt(batch, i);
        const column = importArrowColumn(child, type, table.schema.fields[i]?.name ?? '');
        if (column.nullCount > 0) nullable[i] = true;
        return column;
      });
      return { columns, rows: batch.numRows };
    });
  const schema = new Schema(
    table.schema.fields.map((field, i) => ({
      name: field.name,
      type: types[i] ?? columnType(field),
      nullable: nullable[i] ?? true,
    })),
  );
  const tables = batches.map(({ columns, rows }) => new Table(schema, columns, rows));
  return { schema, batches: tables, rows: tables.reduce((sum, t) => sum + t.numRows, 0) };
}

/** Reads the bytes of an Arrow IPC file or stream. Throws EngineError `format` for anything else. */
export function importArrowIpc(bytes: Uint8Array, label = 'Arrow IPC bytes'): ArrowImport {
  let table: unknown;
  try {
    table = arrowReader().tableFromIPC(bytes);
  } catch (cause) {
    throw new EngineError('format', `${label}: not an Arrow IPC file or stream that can be read`, { cause });
  }
  if (!isArrowTable(table)) throw new EngineError('format', `${label}: no Arrow table inside`);
  return importArrow(table);
}

function columnType(field: ArrowField): ReturnType<typeof fromArrowType> & object {
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
