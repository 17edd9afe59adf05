/** Batches made by JavaScript (rows, Arrow, decoded Parquet) pumped into the native side as fast as it takes them. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { EngineError } from '../base/engine-error.js';
import type { OpenScan } from '../data/doors.js';
import type { Schema } from '../data/schema.js';
import type { Table } from '../data/table.js';
import { createFeed } from './feed.js';

/** Rows pushed between two turns of the event loop. */
const pushRows = 16_384;

/**
 * Opens a native scan over `batches`, which are pulled while the query wants rows and ended when it does not.
 *
 * @param columns those of the schema that the batches are asked for, by name
 * @param label of the bytes that the batches were made from, if any: buffers that do not fit are damage then
 */
export async function openFeed(
  schema: Schema,
  columns: readonly string[],
  batches: Iterable<Table> | AsyncIterable<Table>,
  signal?: AbortSignal,
  label?: string,
): Promise<OpenScan> {
  const fields = columns.map((name) => {
    const field = schema.field(name);
    if (field === undefined) throw new RangeError(`no column ${JSON.stringify(name)}`);
    return field;
  });
  const feed = createFeed(fields);
  const pumping = pump();
  return {
    scan: feed.scan,
    columns,
    async close() {
      feed.close();
      await pumping;
    },
  };

  async function pump(): Promise<void> {
    try {
      for await (const batch of batches) {
        for (let start = 0; start < batch.numRows; start += pushRows) {
          if (signal?.aborted === true || !(await feed.wants())) return;
          const part = batch.slice(start, Math.min(batch.numRows, start + pushRows));
          feed.push(
            part.numRows,
            columns.map((name) => part.column(name).data),
          );
          await nextTurn();
        }
      }
      feed.end();
    } catch (error) {
      feed.fail(label === undefined ? error : asDamage(error, label));
    }
  }
}

/** Buffers that the feed refuses were not checked by whoever decoded them. */
function asDamage(error: unknown, label: string): unknown {
  if (!(error instanceof EngineError) || error.code !== 'argument') return error;
  return new EngineError('format', `${label} is damaged: ${error.message}`, { cause: error });
}
