/** Data already in memory as sources: row objects, records of columns, tables, Arrow tables and IPC bytes. */
import { importArrow, importArrowIpc } from '../../data/arrow-import.js';
import type { ArrowTableLike } from '../../data/arrow-shape.js';
import type { Source } from '../../data/doors.js';
import type { ColumnInput } from '../../data/import-rows.js';
import { importRecord, importRows } from '../../data/import-rows.js';
import type { Schema } from '../../data/schema.js';
import type { Table } from '../../data/table.js';
import { openFeed } from '../../native/feed-scan.js';
import { hashOfRows } from '../content-hash.js';
import { cutBatches } from '../cut-batches.js';

function memorySource(
  label: string,
  schema: Schema,
  rows: number,
  bytes: number | undefined,
  batches: (first?: number, end?: number) => Iterable<Table>,
  decoded?: string,
): Source {
  return {
    label,
    schema,
    rows,
    bytes,
    rangeable: 'source',
    fingerprint: async () => `memory ${await hashOfRows(batches())}`,
    open: (request) => {
      const columns = request.columns.length > 0 ? request.columns : schema.names.slice(0, 1);
      const { first, end } = request.rows ?? {};
      const wanted = batches(first, end === undefined ? end : Math.min(end, rows));
      return openFeed(schema, columns, wanted, request.signal, decoded);
    },
  };
}

/** Row objects. They are read when a query runs: change them before, not while. */
export function rowsSource(rows: readonly object[], schema?: Schema): Source {
  const imported = importRows(rows, schema);
  return memorySource('rows', imported.schema, imported.rows, undefined, (first, end) =>
    imported.batches(first, end),
  );
}

/** A record of equally long columns; typed arrays are not copied before a query reads them. */
export function columnsSource(
  columns: Readonly<Record<string, ColumnInput>> | ReadonlyMap<string, ColumnInput>,
  schema?: Schema,
): Source {
  const imported = importRecord(columns, schema);
  return memorySource('columns', imported.schema, imported.rows, undefined, (first, end) =>
    imported.batches(first, end),
  );
}

export function tableSource(table: Table): Source {
  return memorySource('table', table.schema, table.numRows, table.byteLength, (first, end) =>
    cutBatches([table], first, end),
  );
}

/** An Arrow table of any copy of apache-arrow. */
export function arrowSource(table: ArrowTableLike): Source {
  const { schema, rows, batches } = importArrow(table);
  return memorySource('arrow', schema, rows, totalBytes(batches), (first, end) =>
    cutBatches(batches, first, end),
  );
}

/** An Arrow IPC file or stream held in memory. */
export function arrowIpcSource(bytes: Uint8Array, label?: string): Source {
  const { schema, rows, batches } = importArrowIpc(bytes, label);
  return memorySource(
    label === undefined ? 'arrow' : `arrow ${label}`,
    schema,
    rows,
    bytes.byteLength,
    (first, end) => cutBatches(batches, first, end),
    label ?? 'Arrow IPC bytes',
  );
}

function totalBytes(batches: readonly Table[]): number {
  return batches.reduce((sum, batch) => sum + batch.byteLength, 0);
}
