/** Benchmarks over Annoy indexes, as bigANNOY has them: one run, a grid of trees and candidates, a grid of sizes, beside exact search. */
import type { Table } from '../../../data/table.js';
import { replaceFile } from '../../../storage/replace-file.js';
import type { AnnoyValidation } from '../annoy-index.js';
import type {
  AnnoyBenchmarkOptions,
  AnnoyRecallSuiteOptions,
  AnnoyVolumeSuiteOptions,
  KnownBenchmark,
} from './benchmark-options.js';
import { knownBenchmark } from './benchmark-options.js';
import type { AnnoyBenchmarkRow } from './benchmark-row.js';
import { tableOfRuns } from './benchmark-row.js';
import { csvText } from './csv-text.js';
import type { AnnoyBenchmarkIndex } from './run-benchmark.js';
import { measureReference } from './run-benchmark.js';

/** What a benchmark has measured. */
export interface AnnoyBenchmarkSuite {
  /** A row for each search. */
  readonly summary: Table<AnnoyBenchmarkRow>;
  /** The options with their defaults. */
  readonly params: KnownBenchmark;
  /** Whether there was exact search to compare with. */
  readonly exactAvailable: boolean;
  /** Every index that was built. */
  readonly indexes: readonly AnnoyBenchmarkIndex[];
}

/** What a benchmark of one index has measured. */
export interface AnnoyBenchmark extends AnnoyBenchmarkSuite {
  readonly indexPath: string;
  readonly metadataPath: string;
  /** Of the index, before anything was timed. */
  readonly validation: AnnoyValidation;
}

/**
 * Builds one index, validates it, and times a search of it; with `exact` (default) beside exact search, for the recall.
 * Searches use all threads, so that times say what a user waits.
 *
 * Cost: one build, one search, and `rows × queries` exact distances.
 *
 * @throws EngineError `argument`, before anything is made; what building and searching throw
 * @example
 * const { summary, exactAvailable } = await benchmarkAnnoy({ rows: 500, queries: 20, columns: 8, k: 5, trees: 10 })
 * summary.numRows                     // => 1
 * summary.at(0).n_trees               // => 10
 * summary.at(0).recall_at_k > 0.5     // => true
 * exactAvailable                      // => true
 */
export async function benchmarkAnnoy(options: AnnoyBenchmarkOptions = {}): Promise<AnnoyBenchmark> {
  return single(await measure(knownBenchmark(options, 'benchmarkAnnoy'), false));
}

/**
 * The same reference and queries for every combination of `trees` and `searchK`: what recall costs.
 *
 * Cost: one build for each number of trees, one search for each combination, exact search once.
 *
 * @throws EngineError as `benchmarkAnnoy`
 * @example
 * const grid = await annoyRecallSuite({ rows: 300, queries: 10, columns: 4, trees: [5, 10], searchK: [-1, 200] })
 * grid.summary.numRows      // => 4
 * grid.indexes.length       // => 2
 */
export async function annoyRecallSuite(options: AnnoyRecallSuiteOptions = {}): Promise<AnnoyBenchmarkSuite> {
  const grid = { trees: [10, 50, 100], searchK: [-1, 1000, 5000] };
  return measure(knownBenchmark(options, 'annoyRecallSuite', grid), false);
}

/**
 * Rows made up of every combination of `rows` and `columns`: how times and sizes grow. With `exact: true` (not by default)
 * each size has a second row, of exact search.
 *
 * Cost: one build and one search for each combination.
 *
 * @throws EngineError as `benchmarkAnnoy`
 * @example
 * const sizes = await annoyVolumeSuite({ rows: [200, 400], columns: [4], queries: 10, trees: 5 })
 * sizes.summary.numRows     // => 2
 */
export async function annoyVolumeSuite(options: AnnoyVolumeSuiteOptions = {}): Promise<AnnoyBenchmarkSuite> {
  const grid = { rows: [2000, 5000, 10_000], columns: [20, 50] };
  return measure(knownBenchmark(options, 'annoyVolumeSuite', grid, false), true);
}

/**
 * One index beside exact search over the same rows: two rows, `annoy` and `exact`. What exact search prepares is part of its
 * search; an index is built once, so that its build stands apart.
 *
 * @throws EngineError as `benchmarkAnnoy`
 * @example
 * const both = await annoyVersusExact({ rows: 300, queries: 10, columns: 4, trees: 5 })
 * both.summary.toArray().map((row) => row.implementation)     // => ['annoy', 'exact']
 */
export async function annoyVersusExact(
  options: Omit<AnnoyBenchmarkOptions, 'exact'> = {},
): Promise<AnnoyBenchmark> {
  const known = knownBenchmark(options, 'annoyVersusExact');
  return single(await measure({ ...known, exact: true }, true));
}

async function measure(known: KnownBenchmark, withExactRow: boolean): Promise<AnnoyBenchmarkSuite> {
  const rows: AnnoyBenchmarkRow[] = [];
  const indexes: AnnoyBenchmarkIndex[] = [];
  for (const size of known.rows) {
    for (const columns of known.columns) {
      const measured = await measureReference(known, { rows: size, columns }, withExactRow);
      rows.push(...measured.rows);
      indexes.push(...measured.indexes);
    }
  }
  const summary = tableOfRuns(rows);
  if (known.output !== undefined) {
    await replaceFile(known.output, new TextEncoder().encode(csvText(summary)), 0o644);
  }
  return { summary, params: known, exactAvailable: known.exact, indexes };
}

function single(suite: AnnoyBenchmarkSuite): AnnoyBenchmark {
  return { ...suite, ...suite.indexes[0]! };
}
