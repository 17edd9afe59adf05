/** What searches of Annoy indexes give. */
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import type { WrittenDestinations } from '../destinations.js';

/** What `targetRecall` has come to. */
export interface AnnoyTuned {
  /** What was chosen, and searched with. */
  readonly searchK: number;
  /** Share of the true neighbours that it finds, measured on queries that had no part in choosing it. */
  readonly recall: number;
  /** Queries that it was chosen and measured by. */
  readonly sample: number;
  readonly target: number;
  /** Whether `recall` is as much as was asked for; false at times even after searching everything. */
  readonly reached: boolean;
}

export interface AnnoyFacts {
  /** Queries answered. */
  readonly rows: number;
  readonly k: number;
  readonly metric: AnnoyMetric;
  /** Always false: neighbours may have been missed. */
  readonly exact: false;
  /** Candidates that were collected for each query, at least, before they were compared. */
  readonly searchK: number;
  readonly trees: number;
  /** When `targetRecall` was given. */
  readonly tuned?: AnnoyTuned | undefined;
}

/**
 * Some of the nearest rows of each query, nearest first; equal distances by lower row.
 *
 * Rank `j` of query `i` is at `i * k + j`. A cell without a neighbour holds `noNeighbor` and NaN. Distances are Annoy's: floats,
 * unless `rerank` was given. Under `dot` they are products, and the largest comes first.
 */
export interface AnnoyResult extends AnnoyFacts {
  /** [rows × k] row-major. */
  readonly index: Uint32Array;
  /** [rows × k] row-major. */
  readonly distance: Float64Array;
}

/** What a search gives when it wrote into matrices. */
export interface AnnoyWritten extends AnnoyFacts {
  readonly into: WrittenDestinations;
}
