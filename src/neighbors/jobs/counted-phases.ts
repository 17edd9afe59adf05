/** The two phases of jobs that have to count before they can write: counts beside the checkpoint, then edges. */
import { EngineError } from '../../base/engine-error.js';
import { CountedLayout } from './edge-layout.js';
import type { KindContext } from './job-kind.js';
import { mostInBlock } from './job-kind.js';
import type { JobStore } from './job-store.js';
import type { FoundBlock, PhasePlan } from './phase-plan.js';

export interface CountedWork {
  /** Destinations of edges. */
  readonly stores: readonly JobStore[];
  /** Destination of the places where each query's edges begin. */
  readonly offset?: JobStore | undefined;
  count(first: number, end: number, signal: AbortSignal): Promise<Uint32Array>;
  collect(first: number, end: number, signal: AbortSignal): Promise<FoundBlock>;
}

/** Bytes of one edge while it is found and written. */
const edgeBytes = 48;
const countRows = 2 ** 18;
const stepRows = 16_384;

export function countedPhases(context: KindContext, work: CountedWork): readonly PhasePlan[] {
  const { manifest } = context;
  const { queries, segmentRows, settings } = manifest;
  const counts = context.sideFile('count', { name: 'counts', width: 1, cells: 'uint32' });
  const layout = new CountedLayout(counts, queries, segmentRows);
  const mostEdges = mostInBlock(context, edgeBytes);
  return [
    {
      phase: 'count',
      stores: [counts],
      layout: undefined,
      mostRows: countRows,
      async find(first, end, signal) {
        const found = await work.count(first, end, signal);
        return { edges: found, values: new Map([['counts', found]]) };
      },
    },
    {
      phase: 'collect',
      stores: work.stores,
      layout,
      mostRows: countRows,
      async begin() {
        const total = await layout.edgesBefore(queries);
        for (const store of work.stores) checkRoom(store, total);
        if (work.offset !== undefined) await writeOffsets(work.offset, layout, queries, settings.base);
      },
      async verifyEnd() {
        if (work.offset !== undefined) await verifyOffsets(work.offset, layout, queries, settings.base);
      },
      cut: (first, end) => layout.endWithin(first, end, mostEdges),
      find: (first, end, signal) => work.collect(first, end, signal),
    },
  ];
}

function checkRoom(store: JobStore, total: number): void {
  if (store.rows >= total) return;
  throw new EngineError(
    'limit',
    `${store.path} (${store.name}) has ${store.rows} rows, and the job needs ${total}; make it again with that many ` +
      '(createMatrix with overwrite: true), then resumeJob goes on: what was counted is kept',
    { detail: { path: store.path, store: store.name, rows: store.rows, needed: total } },
  );
}

/** Where the edges of each query begin, and where the last ones end; computed from the counts each time. */
async function writeOffsets(
  offset: JobStore,
  layout: CountedLayout,
  queries: number,
  base: number,
): Promise<void> {
  let sum = base;
  await offset.write(0, offset.cellsOf(Float64Array.of(sum)));
  for (let first = 0; first < queries; first += stepRows) {
    const end = Math.min(queries, first + stepRows);
    const counts = await layout.edgesOf(first, end);
    const ends = Float64Array.from(counts, (count) => (sum += count));
    await offset.write(first + 1, offset.cellsOf(ends));
  }
  await offset.sync();
}

/** Whether the offsets are those that the counts say. @throws EngineError `changed` */
async function verifyOffsets(
  offset: JobStore,
  layout: CountedLayout,
  queries: number,
  base: number,
): Promise<void> {
  for (let first = 0; first < queries; first += stepRows) {
    const end = Math.min(queries, first + stepRows);
    const cells = await offset.read(first, end + 1);
    let sum = base + (await layout.edgesBefore(first));
    const counts = await layout.edgesOf(first, end);
    for (let i = 0; i < cells.length; i++) {
      if (cells[i] !== sum) throw changedOffset(offset, first + i);
      sum += counts[i] ?? 0;
    }
  }
}

function changedOffset(offset: JobStore, row: number): EngineError {
  return new EngineError(
    'changed',
    `${offset.path} (${offset.name}) is not what the job wrote at row ${row}, counting from 0; resumeJob with ` +
      'from: { row } writes all of it again',
    { detail: { path: offset.path, store: offset.name, rows: [row, row + 1], what: 'content' } },
  );
}
