/** Whether what a job has written is still there: read back, hashed again, and compared with the checkpoint. */
import { throwIfCancelled } from '../../base/cancel.js';
import { EngineError } from '../../base/engine-error.js';
import type { EdgeLayout } from './edge-layout.js';
import type { JobStore } from './job-store.js';
import { SegmentSums } from './segment-sums.js';

/** Cells that are read at a time. */
const stepCells = 2 ** 18;

export interface WrittenRows {
  readonly store: JobStore;
  /** Where edges of rows are; needed for stores of edges. */
  readonly layout: EdgeLayout | undefined;
  readonly segmentRows: number;
  /** Rows that were written. */
  readonly rows: number;
  /** Of each segment that was begun. */
  readonly sums: readonly string[];
}

/**
 * Reads all that was written and compares. Cost: one pass over it.
 *
 * @returns sums that go on where the rows end
 * @throws EngineError `changed` naming file and rows; what reading throws
 */
export async function verifyWritten(written: WrittenRows, signal?: AbortSignal): Promise<SegmentSums> {
  const { segmentRows, rows, sums } = written;
  const found = new SegmentSums(segmentRows);
  for (let first = 0; first < rows; first += segmentRows) {
    const end = Math.min(rows, first + segmentRows);
    const [from, to] = await placesOf(written, first, end);
    if (to > written.store.rows) throw changedRows(written, first, end, from, to);
    const step = Math.max(1, Math.floor(stepCells / written.store.width));
    for (let at = from; at < to; at += step) {
      throwIfCancelled(signal);
      found.feed(await written.store.read(at, Math.min(to, at + step)));
    }
    found.advance(end - first);
    const segment = first / segmentRows;
    if (found.sums()[segment] !== sums[segment]) throw changedRows(written, first, end, from, to);
  }
  return found;
}

async function placesOf(
  { store, layout }: WrittenRows,
  first: number,
  end: number,
): Promise<readonly [number, number]> {
  if (!store.perEdge || layout === undefined) return [first, end];
  return [await layout.edgesBefore(first), await layout.edgesBefore(end)];
}

function changedRows(
  { store }: WrittenRows,
  first: number,
  end: number,
  from: number,
  to: number,
): EngineError {
  const places = store.perEdge ? `, at edges ${from} … ${to - 1}` : '';
  return new EngineError(
    'changed',
    `${store.path} (${store.name}) is not what the job wrote for rows ${first} … ${end - 1}${places}, counting from 0; ` +
      `resumeJob with from: { row: ${first} } computes them and all later ones again`,
    {
      detail: {
        path: store.path,
        store: store.name,
        rows: [first, end],
        places: [from, to],
        what: 'content',
      },
    },
  );
}
