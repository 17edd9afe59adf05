/** One phase of a job, block by block: the next block is found while the former one is written. */
import { EngineError } from '../../base/engine-error.js';
import { edgesBetween } from './edge-layout.js';
import type { JobPace } from './job-pace.js';
import type { FoundBlock, PhasePlan } from './phase-plan.js';
import type { SegmentSums } from './segment-sums.js';

/** How far a phase is, and the sums of what it wrote. */
export interface PhaseState {
  row: number;
  edge: number;
  /** By name of the store. */
  readonly sums: ReadonlyMap<string, SegmentSums>;
}

export interface PhaseRun {
  readonly plan: PhasePlan;
  readonly state: PhaseState;
  readonly queries: number;
  readonly pace: JobPace;
  readonly signal: AbortSignal | undefined;
  /** Everything up to the state is written: sync it, and keep it in the checkpoint. */
  keep(): Promise<void>;
  /** A block was written. */
  written(): void;
}

interface Block extends FoundBlock {
  readonly first: number;
  readonly end: number;
  readonly millis: number;
}

/** Runs a phase from its state to its end. What was written is kept whatever stops it, if that is possible. */
export async function runPhase(run: PhaseRun): Promise<void> {
  const { plan, state, queries, pace } = run;
  const stop = new AbortController();
  const signal = run.signal === undefined ? stop.signal : AbortSignal.any([run.signal, stop.signal]);
  let searching = blockFrom(run, state.row, signal);
  try {
    while (state.row < queries) {
      const block = await searching;
      pace.took(block.end - block.first, block.millis);
      if (block.end < queries) searching = blockFrom(run, block.end, signal);
      await writeBlock(plan, state, block);
      run.written();
      if (pace.due(state.row) && state.row < queries) await run.keep();
    }
  } catch (error) {
    stop.abort();
    await searching.catch(() => undefined);
    throw error;
  }
}

/** Finds the block that begins at `first`; a failure is thrown where it is awaited, and nowhere else. */
function blockFrom(run: PhaseRun, first: number, signal: AbortSignal): Promise<Block> {
  const found = findBlock(run, first, signal);
  found.catch(() => undefined);
  return found;
}

async function findBlock(
  { plan, pace, queries }: PhaseRun,
  first: number,
  signal: AbortSignal,
): Promise<Block> {
  if (first >= queries) return { first, end: first, millis: 0, edges: 0, values: new Map() };
  const longest = pace.blockEnd(first, queries);
  const end = plan.cut === undefined ? longest : await plan.cut(first, longest);
  const began = performance.now();
  const found = await plan.find(first, end, signal);
  return { first, end, millis: performance.now() - began, ...found };
}

async function writeBlock(plan: PhasePlan, state: PhaseState, block: Block): Promise<void> {
  const rows = block.end - block.first;
  const edges = edgesBetween(block.edges, 0, rows);
  await checkCounts(plan, block);
  const cells = plan.stores.map((store) => {
    const values = block.values.get(store.name);
    if (values === undefined) throw new EngineError('internal', `nothing was found for ${store.name}`);
    return store.cellsOf(values);
  });
  for (const [i, store] of plan.stores.entries()) {
    await store.write(store.perEdge ? state.edge : state.row, cells[i]!);
  }
  for (const [i, store] of plan.stores.entries()) {
    const sums = state.sums.get(store.name)!;
    let done = 0;
    let edgesDone = 0;
    while (done < rows) {
      const step = Math.min(sums.rowsLeft, rows - done);
      const stepEdges = edgesBetween(block.edges, done, done + step);
      const [from, size] = store.perEdge ? [edgesDone, stepEdges] : [done, step];
      sums.add(step, cells[i]!.subarray(from * store.width, (from + size) * store.width));
      done += step;
      edgesDone += stepEdges;
    }
  }
  state.row = block.end;
  state.edge += edges;
}

/** What is collected is what was counted, or the reference is not what it was. */
async function checkCounts({ layout }: PhasePlan, block: Block): Promise<void> {
  if (layout === undefined || typeof block.edges === 'number') return;
  const counted = await layout.edgesOf(block.first, block.end);
  const row = block.edges.findIndex(
    (edges, i) => edges !== (typeof counted === 'number' ? counted : counted[i]),
  );
  if (row < 0) return;
  throw new EngineError(
    'changed',
    `row ${block.first + row} has other neighbours than when they were counted: the reference or the queries were ` +
      'changed while the job ran',
    { detail: { row: block.first + row, what: 'reference' } },
  );
}
