/** A range of the rows that come as several tables, without looking at those outside. */
import type { Table } from '../data/table.js';

/** Rows `first` up to `end` of all batches, sharing their memory. */
export function* cutBatches(
  batches: Iterable<Table>,
  first = 0,
  end: number = Number.POSITIVE_INFINITY,
): Generator<Table> {
  let at = 0;
  for (const batch of batches) {
    if (at >= end) return;
    const from = Math.max(0, first - at);
    const to = Math.min(batch.numRows, end - at);
    at += batch.numRows;
    if (from < to) yield to - from === batch.numRows ? batch : batch.slice(from, to);
  }
}
