/** Jobs about the k nearest rows: lists of each query, and the directed graph. */
import type { MatrixSource } from '../matrix-input.js';
import type { JobOptions, QueryJobOptions } from './job-options.js';
import { knnGraphKind } from './kinds/knn-graph.js';
import { knnKind } from './kinds/knn.js';
import type { NeighborJob } from './neighbor-job.js';
import { startJob } from './start-job.js';

export interface KnnJobOptions extends QueryJobOptions {
  /** Neighbours of each query. */
  readonly k: number;
  /** Whether a row is left out of its own neighbours; by default, when there is no query. */
  readonly excludeSelf?: boolean | undefined;
  readonly into: {
    /** int32 or float64; queries × k, or a single column of at least that many rows. */
    readonly index: MatrixSource;
    /** float64, of the same shapes. */
    readonly distance?: MatrixSource | undefined;
  };
}

export interface KnnGraphJobOptions extends JobOptions {
  /** Edges of each row. */
  readonly k: number;
  /** Whether a row has no edge to itself; true by default. */
  readonly excludeSelf?: boolean | undefined;
  /** Single columns of at least rows × k rows. */
  readonly into: {
    /** int32 or float64. */
    readonly from: MatrixSource;
    /** int32 or float64. */
    readonly to: MatrixSource;
    /** float64: distances. */
    readonly value?: MatrixSource | undefined;
  };
}

/**
 * Writes the k nearest rows of each query into matrices, as `knn` finds them, in a job that survives being stopped.
 *
 * Reference, query and destinations are matrices on disk. What is written is synced before the checkpoint says so; after a
 * crash, a kill or a pause `resumeJob` verifies it and goes on. Costs what `knn` costs, and one sync per checkpoint.
 *
 * @throws EngineError `argument` for what cannot be, before anything is written; `cancelled` when `signal` paused it;
 *   `locked`, `no-space`, `io`; `changed` where the reference changes meanwhile. What was written is kept.
 * @example
 * await knnJob('ref.desc', { k: 10, into: { index: 'index.desc' }, checkpoint: 'knn-job.json' });
 */
export async function knnJob(reference: MatrixSource, options: KnnJobOptions): Promise<NeighborJob> {
  return startJob(knnKind, reference, options);
}

/**
 * Writes the directed graph of the k nearest rows into matrices: `rows × k` edges, those of a row one after another by
 * rank, in a job that survives being stopped; see `knnJob`.
 *
 * @throws EngineError as `knnJob`
 * @example
 * const into = { from: 'from.desc', to: 'to.desc', value: 'value.desc' };
 * await knnGraphJob('ref.desc', { k: 10, into, checkpoint: 'graph-job.json', every: { seconds: 10 } });
 * // after a crash: await resumeJob('graph-job.json')
 */
export async function knnGraphJob(
  reference: MatrixSource,
  options: KnnGraphJobOptions,
): Promise<NeighborJob> {
  return startJob(knnGraphKind, reference, options);
}
