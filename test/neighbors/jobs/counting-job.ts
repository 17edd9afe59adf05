/** A job without a search: what it writes follows from row numbers, so that tests know it, and can stop it anywhere. */
import { CountedLayout } from '../../../src/neighbors/jobs/edge-layout.js';
import { JobFile } from '../../../src/neighbors/jobs/job-file.js';
import type { JobKind } from '../../../src/neighbors/jobs/job-kind.js';
import type { JobManifest } from '../../../src/neighbors/jobs/job-manifest.js';
import { JobReports } from '../../../src/neighbors/jobs/job-progress.js';
import type { OnJobProgress } from '../../../src/neighbors/jobs/job-progress.js';
import type { Cells, JobStore } from '../../../src/neighbors/jobs/job-store.js';
import type { OpenJob } from '../../../src/neighbors/jobs/open-job.js';
import { atTheBeginning } from '../../../src/neighbors/jobs/open-job.js';
import type { PhasePlan } from '../../../src/neighbors/jobs/phase-plan.js';
import type { ResumeFrom } from '../../../src/neighbors/jobs/rewind.js';
import { goOnFrom } from '../../../src/neighbors/jobs/rewind.js';
import { runJob } from '../../../src/neighbors/jobs/run-job.js';
import { segmentRowsOf } from '../../../src/neighbors/jobs/segment-sums.js';
import { SideFile } from '../../../src/neighbors/jobs/side-file.js';
import { verifyJob } from '../../../src/neighbors/jobs/verify-job.js';

/** A store in memory that survives what runs of a job do. */
export class MemoryStore implements JobStore {
  readonly path = 'memory';
  readonly width = 1;
  readonly perEdge = true;
  readonly rows: number;
  readonly name: string;
  readonly cells: Float64Array;
  syncs = 0;

  constructor(name: string, rows: number) {
    this.name = name;
    this.rows = rows;
    this.cells = new Float64Array(rows).fill(-7);
  }

  cellsOf(values: Float64Array | Uint32Array): Cells {
    return Float64Array.from(values);
  }

  async write(firstRow: number, cells: Cells): Promise<void> {
    this.cells.set(cells, firstRow);
  }

  async read(firstRow: number, endRow: number): Promise<Cells> {
    return this.cells.slice(firstRow, endRow);
  }

  async sync(): Promise<void> {
    this.syncs += 1;
  }
}

/** Row i has i mod 4 edges, whose values are i + rank / 8. */
export const edgesOfRow = (row: number): number => row % 4;

export function expectedEdges(queries: number): number[] {
  return Array.from({ length: queries }, (_, i) =>
    Array.from({ length: edgesOfRow(i) }, (_, rank) => i + rank / 8),
  ).flat();
}

export const countingKind: JobKind = {
  type: 'radius',
  maker: 'countingJob',
  asks: 'radius',
  takesQuery: false,
  destinations: [{ name: 'index', cells: 'values', needed: true, shape: 'edges' }],
  phases: ['count', 'collect'],
  open: () => [],
};

export interface CountingRun {
  readonly path: string;
  readonly queries: number;
  readonly store: MemoryStore;
  readonly every?: JobManifest['every'];
  readonly from?: ResumeFrom;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnJobProgress;
  /** Called before each block is found; may fail. */
  readonly atBlock?: (phase: string, first: number, end: number) => void;
}

/** Starts the job, or goes on where its checkpoint says. */
export async function runCounting(run: CountingRun): Promise<JobManifest> {
  const { path, queries, store, every = { rows: null, seconds: null } } = run;
  const file = JobFile.open(path);
  const before = file.read();
  const segmentRows = segmentRowsOf(queries);
  const rowsThere = before === undefined ? 0 : 1;
  const counts = SideFile.open(
    file.beside('counts'),
    { name: 'counts', width: 1, cells: 'uint32' },
    rowsThere,
    0o600,
  );
  const layout = new CountedLayout(counts, queries, segmentRows);
  const countsOf = (first: number, end: number): Uint32Array =>
    Uint32Array.from({ length: end - first }, (_, i) => edgesOfRow(first + i));
  const phases: PhasePlan[] = [
    {
      phase: 'count',
      stores: [counts],
      layout: undefined,
      mostRows: 50,
      async find(first, end) {
        run.atBlock?.('count', first, end);
        const edges = countsOf(first, end);
        return { edges, values: new Map([['counts', edges]]) };
      },
    },
    {
      phase: 'collect',
      stores: [store],
      layout,
      mostRows: 50,
      cut: (first, end) => layout.endWithin(first, end, 40),
      async find(first, end) {
        run.atBlock?.('collect', first, end);
        const values = expectedEdges(end).slice(expectedEdges(first).length);
        return { edges: countsOf(first, end), values: new Map([['index', Float64Array.from(values)]]) };
      },
    },
  ];
  const manifest: JobManifest = before ?? {
    name: file.name,
    id: '0'.repeat(32),
    type: 'radius',
    status: 'running',
    phase: 'count',
    cursor: { row: 0, edge: 0 },
    queries,
    total: null,
    settings: {
      metric: 'euclidean',
      p: null,
      k: null,
      radius: 1,
      base: 0,
      excludeSelf: true,
      missing: 'error',
      graph: null,
    },
    every,
    matrices: [],
    segmentRows,
    written: [],
  };
  const job: OpenJob = { file, manifest, phases };
  try {
    const position =
      before === undefined
        ? atTheBeginning(null)
        : await verifyJob(job, countingKind, goOnFrom(manifest, countingKind, run.from), run.signal);
    return await runJob(job, position, new JobReports(run.onProgress, queries, 2), run.signal);
  } finally {
    counts.close();
    file.close();
  }
}
