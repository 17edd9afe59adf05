/** Batches made by JavaScript (rows, Arrow, decoded Parquet) pumped into the native side as fast as it takes them. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { OpenScan } from '../data/doors.js';
import type { Schema } from '../data/schema.js';
import type { Table } from '../data/table.js';
import { createFeed } from '../native/feed.js';

/** Rows pushed between two turns of the event loop. */
const pushRows = 16_384;

/**
 * Opens a native scan over `batches`, which are pulled while the query wants rows and ended when it does not.
 *
 * @param columns those of the schema that the batches are asked for, by name
 */
export async function openFeed(
  schema: Schema,
  columns: readonly string[],
  batches: Iterable<Table> | AsyncIterable<Table>,
  signal?: AbortSignal,
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
      feed.fail(error);
    }
  }
}
