/** Jobs about all rows within a radius: lists of each query, and the graph. */
import type { MatrixSource } from '../matrix-input.js';
import type { JobOptions, QueryJobOptions } from './job-options.js';
import { radiusGraphKind } from './kinds/radius-graph.js';
import { radiusKind } from './kinds/radius.js';
import type { NeighborJob } from './neighbor-job.js';
import { startJob } from './start-job.js';

export interface RadiusJobOptions extends QueryJobOptions {
  /** Inclusive. */
  readonly radius: number;
  /** Whether a row is left out of its own matches; by default, when there is no query. */
  readonly excludeSelf?: boolean | undefined;
  /** Single columns. */
  readonly into: {
    /** int32 or float64; at least as long as there are matches (`countWithinRadius` tells). */
    readonly index: MatrixSource;
    /** float64, likewise. */
    readonly distance?: MatrixSource | undefined;
    /** float64 or int32; one row more than queries. Query i owns the matches from offset[i] up to offset[i + 1]. */
    readonly offset: MatrixSource;
  };
}

export interface RadiusGraphJobOptions extends JobOptions {
  /** Inclusive. */
  readonly radius: number;
  /** Both directions of each edge (default), or only the one with from ≤ to. */
  readonly pairs?: 'both' | 'once' | undefined;
  /** Single columns, at least as long as there are edges. */
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
 * Writes all rows within a radius of each query into matrices, in a job that survives being stopped; see `knnJob`.
 *
 * Two phases: `count` keeps the number of matches of each query in a file beside the checkpoint, `collect` writes matches.
 * Offsets follow from the counts and are written whenever collecting begins. Destinations that turn out to be too short are
 * error `limit`, which says what is needed; made again longer, `resumeJob` goes on with what was counted.
 *
 * @throws EngineError as `knnJob`; `limit`
 * @example
 * const into = { index: 'index.desc', distance: 'distance.desc', offset: 'offset.desc' };
 * await radiusJob('ref.desc', { radius: 0.5, into, checkpoint: 'radius-job.json' });
 */
export async function radiusJob(reference: MatrixSource, options: RadiusJobOptions): Promise<NeighborJob> {
  return startJob(radiusKind, reference, options);
}

/**
 * Writes the graph of all rows within a radius of each other into matrices, as `radiusGraph` makes it: edges by (from, to), in
 * a job that survives being stopped; see `radiusJob`.
 *
 * @throws EngineError as `radiusJob`
 */
export async function radiusGraphJob(
  reference: MatrixSource,
  options: RadiusGraphJobOptions,
): Promise<NeighborJob> {
  return startJob(radiusGraphKind, reference, options);
}
