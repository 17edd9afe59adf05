/** Parquet files as a source: footer at once, rows decoded by worker threads, only the columns and row groups wanted. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';

import { EngineError } from '../../base/engine-error.js';
import type { OpenScan, RowRange, ScanRequest, Source } from '../../data/doors.js';
import { openFeed } from '../../native/feed-scan.js';
import { ioError } from '../io-error.js';
import type { RowGroupTask } from './decode-pool.js';
import { decodeRowGroups } from './decode-pool.js';
import type { FileStamp, ParquetFooter } from './parquet-footer.js';
import { readFooter } from './parquet-footer.js';
import { rowGroupsToRead } from './prune-row-groups.js';

/** Groups up to this size (uncompressed, columns wanted) are decoded whole, larger ones streamed. */
const wholeGroupBytes = 64 * 1024 * 1024;
/** Decoding is quicker than what follows it: more threads than this would only hold more memory. */
const mostWorkers = 4;

export interface ParquetOptions {
  /** Only these columns, in this order; others may then be of types this release does not read. */
  readonly columns?: readonly string[];
}

/**
 * A Parquet file as a source. Reads the footer now, the rest when a query runs.
 *
 * @throws EngineError `io`, `format`, `unsupported` (a column's type), `plan` (an unknown column)
 */
export function openParquet(path: string, options: ParquetOptions = {}): Source {
  const footer = readFooter(path, options.columns);
  return {
    label: `parquet ${basename(path)}`,
    schema: footer.schema,
    rows: Number(footer.metadata.num_rows),
    bytes: footer.stamp.bytes,
    rangeable: 'source',
    fingerprint: async () => {
      checkUnchanged(path, footer.stamp);
      return `parquet ${footer.stamp.bytes} ${footer.stamp.changedMillis} ${footer.hash}`;
    },
    open: (request) => openScan(path, footer, request),
  };
}

async function openScan(path: string, footer: ParquetFooter, request: ScanRequest): Promise<OpenScan> {
  checkUnchanged(path, footer.stamp);
  // A count needs rows but no column: the narrowest one stands in.
  const columns = request.columns.length > 0 ? request.columns : footer.schema.names.slice(0, 1);
  const kept = rowGroupsToRead(footer.metadata, footer.schema, request.predicates);
  const tasks = tasksOf(footer, kept, columns, request.rows);
  const workers = Math.min(mostWorkers, Math.max(1, availableParallelism()));
  const batches = decodeRowGroups(path, tasks, columns, workers);
  return openFeed(footer.schema, columns, batches, request.signal, path);
}

/** What is to be decoded of each row group that has rows of the range. */
function tasksOf(
  footer: ParquetFooter,
  kept: readonly number[],
  columns: readonly string[],
  range: RowRange | undefined,
): RowGroupTask[] {
  const wanted = new Set(columns);
  const keep = new Set(kept);
  const tasks: RowGroupTask[] = [];
  let start = 0;
  footer.metadata.row_groups.forEach((group, rowGroup) => {
    const rows = Number(group.num_rows);
    const first = Math.max(0, (range?.first ?? 0) - start);
    const end = Math.min(rows, (range?.end ?? Number.POSITIVE_INFINITY) - start);
    start += rows;
    if (!keep.has(rowGroup) || (range !== undefined && first >= end)) return;
    let bytes = 0;
    for (const { meta_data: chunk } of group.columns) {
      if (wanted.has(chunk?.path_in_schema[0] ?? '')) bytes += Number(chunk?.total_uncompressed_size ?? 0n);
    }
    const all = first === 0 && end === rows;
    tasks.push({ rowGroup, whole: bytes <= wholeGroupBytes, rows: all ? undefined : { first, end } });
  });
  return tasks;
}

function checkUnchanged(path: string, stamp: FileStamp): void {
  let now: FileStamp;
  try {
    const stat = statSync(path);
    now = { bytes: stat.size, changedMillis: stat.mtimeMs };
  } catch (cause) {
    throw ioError('open', path, cause);
  }
  if (now.bytes !== stamp.bytes || now.changedMillis !== stamp.changedMillis) {
    throw new EngineError(
      'changed',
      `${path} is not the file it was when the query was written; call tbl() again`,
      {
        detail: { path },
      },
    );
  }
}
