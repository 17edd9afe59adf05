/** Jobs that make graphs which are not directed, of lists of the k nearest. */
import type { SnnWeight } from '../graphs/snn-graph.js';
import type { Symmetrize } from '../graphs/graph-options.js';
import type { MatrixSource } from '../matrix-input.js';
import type { JobOptions } from './job-options.js';
import type { KnnGraphJobOptions } from './knn-job.js';
import { snnGraphKind } from './kinds/snn-graph.js';
import { symmetricGraphKind } from './kinds/symmetric-graph.js';
import type { NeighborJob } from './neighbor-job.js';
import { startJob } from './start-job.js';

/** What jobs of graphs that are not directed take. */
interface PairJobOptions extends JobOptions {
  /** Neighbours of each row that are looked at; a row is none of its own. */
  readonly k: number;
  /** Both directions of each edge (default), or only the one with from ≤ to. */
  readonly pairs?: 'both' | 'once' | undefined;
  /** Single columns, at least as long as there are edges. */
  readonly into: KnnGraphJobOptions['into'];
}

export interface MutualGraphJobOptions extends PairJobOptions {
  /** Another rule than `mutual` for what becomes of i → j beside j → i. */
  readonly symmetrize?: Exclude<Symmetrize, 'none'> | undefined;
}

export interface SnnGraphJobOptions extends PairJobOptions {
  /** `count` by default. */
  readonly weight?: SnnWeight | undefined;
  /** Edges that weigh less are left out. */
  readonly prune?: number | undefined;
  /** Whether a row belongs to its own neighbourhood; true by default. */
  readonly countSelf?: boolean | undefined;
}

/**
 * Writes the graph of rows that are among the `k` nearest of each other into matrices, as `mutualKnnGraph` makes it (with
 * `symmetrize`: as `knnGraph` does), in a job that survives being stopped; see `knnJob`.
 *
 * Three phases: `search` keeps the lists of all rows in files beside the checkpoint (12 bytes a neighbour), `count` and
 * `collect` make the graph of them, so that neither is computed twice. Edges come by (from, to). How many there are is known
 * after counting: destinations that are too short are error `limit`, and the job goes on when they were made again longer.
 *
 * @throws EngineError as `knnJob`; `limit`
 */
export async function mutualGraphJob(
  reference: MatrixSource,
  options: MutualGraphJobOptions,
): Promise<NeighborJob> {
  return startJob(symmetricGraphKind, reference, options);
}

/**
 * Writes the graph of rows that have neighbours in common into matrices, as `snnGraph` makes it, in a job that survives being
 * stopped; see `mutualGraphJob`.
 *
 * @throws EngineError as `mutualGraphJob`; `memory` where the lists of all rows do not fit
 */
export async function snnGraphJob(
  reference: MatrixSource,
  options: SnnGraphJobOptions,
): Promise<NeighborJob> {
  return startJob(snnGraphKind, reference, options);
}
