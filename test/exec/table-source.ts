/** A table as a source that feeds the native engine, for tests that run for real; notes when it is opened and closed. */
import type { Source } from '../../src/data/doors.js';
import { importRows } from '../../src/data/import-rows.js';
import type { Schema } from '../../src/data/schema.js';
import type { Table } from '../../src/data/table.js';
import { createFeed } from '../../src/native/feed.js';

const STEP = 16_384;

export interface TableSource extends Source {
  readonly opened: () => number;
}

export function rowsSource(rows: readonly object[], schema?: Schema): TableSource {
  const imported = importRows(rows, schema);
  return feedSource(imported.schema, imported.rows, () => imported.batches());
}

export function feedSource(schema: Schema, rows: number, batches: () => Iterable<Table>): TableSource {
  let open = 0;
  return {
    label: 'rows',
    schema,
    rows,
    bytes: undefined,
    opened: () => open,
    async open({ columns }) {
      open += 1;
      const names = columns.length > 0 ? columns : schema.names.slice(0, 1);
      const feed = createFeed(names.map((name) => schema.field(name)!));
      const pumping = (async () => {
        try {
          for (const batch of batches()) {
            for (let start = 0; start < batch.numRows; start += STEP) {
              if (!(await feed.wants())) return;
              const part = batch.slice(start, Math.min(batch.numRows, start + STEP));
              feed.push(
                part.numRows,
                names.map((name) => part.column(name).data),
              );
            }
          }
          feed.end();
        } catch (error) {
          feed.fail(error);
        }
      })();
      return {
        scan: feed.scan,
        columns: names,
        async close() {
          feed.close();
          await pumping;
          open -= 1;
        },
      };
    },
  };
}
