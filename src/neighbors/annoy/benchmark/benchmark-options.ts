/** The options of benchmarks over Annoy indexes, checked before anything is made. */
import { tmpdir } from 'node:os';
import { checkFolder, checkWhole } from '../../../base/assert.js';
import { EngineError } from '../../../base/engine-error.js';
import type { AnnoyMetric } from '../../../data/annoy-metric.js';
import { annoyMetricIds } from '../../../data/annoy-metric.js';
import { optionsOf } from '../../../query/names.js';
import type { DenseRows } from '../../points-of-rows.js';
import { checkDenseRows } from '../../points-of-rows.js';
import { oneOf } from '../../search-options.js';
import { truth } from '../annoy-options.js';

/** What every benchmark takes. */
export interface AnnoyBenchmarkOptions {
  /** Rows to build from, row-major; by default `rows` × `columns` random ones. */
  readonly reference?: DenseRows | undefined;
  /** Rows to search for; null: the reference itself, each row among the others. By default `queries` random ones. */
  readonly query?: DenseRows | null | undefined;
  /** Rows of a reference that is made up; 2,000 by default. */
  readonly rows?: number | undefined;
  /** Queries that are made up; 200 by default. */
  readonly queries?: number | undefined;
  /** Columns of what is made up; 20 by default. */
  readonly columns?: number | undefined;
  /** Neighbours; 10 by default. */
  readonly k?: number | undefined;
  /** 50 by default. */
  readonly trees?: number | undefined;
  /** `euclidean` by default. */
  readonly metric?: AnnoyMetric | undefined;
  /** −1 (default): `k` for each tree. */
  readonly searchK?: number | undefined;
  /** Of the rows that are made up; 42 by default. */
  readonly seed?: number | undefined;
  /** Of the trees; by default `seed`. */
  readonly buildSeed?: number | undefined;
  /** Of building and searching; by default all of the pool. */
  readonly threads?: number | undefined;
  /** Search exactly too, for the time and the recall; by default. */
  readonly exact?: boolean | undefined;
  /** Read reference and queries from matrices on the disk. */
  readonly fileBacked?: boolean | undefined;
  /** Where files are made; by default the system's folder for temporary ones. */
  readonly folder?: string | undefined;
  /** Leave the files where they are. */
  readonly keepFiles?: boolean | undefined;
  /** A CSV file for the table. */
  readonly output?: string | undefined;
  /** Whether opening is part of the first search (`lazy`), or not (`eager`, default). */
  readonly loadMode?: 'lazy' | 'eager' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** As a single benchmark, over a grid of trees and candidates. */
export interface AnnoyRecallSuiteOptions extends Omit<AnnoyBenchmarkOptions, 'trees' | 'searchK'> {
  /** 10, 50 and 100 by default. */
  readonly trees?: readonly number[] | undefined;
  /** −1, 1,000 and 5,000 by default. */
  readonly searchK?: readonly number[] | undefined;
}

/** As a single benchmark, over a grid of sizes; all rows are made up. */
export interface AnnoyVolumeSuiteOptions extends Omit<
  AnnoyBenchmarkOptions,
  'reference' | 'query' | 'rows' | 'columns'
> {
  /** Null: each row of the reference among the others. */
  readonly query?: null | undefined;
  /** 2,000, 5,000 and 10,000 by default. */
  readonly rows?: readonly number[] | undefined;
  /** 20 and 50 by default. */
  readonly columns?: readonly number[] | undefined;
}

/** Options with what they are by default. */
export interface KnownBenchmark {
  readonly reference: DenseRows | undefined;
  readonly query: DenseRows | null | undefined;
  readonly rows: readonly number[];
  readonly queries: number;
  readonly columns: readonly number[];
  readonly k: number;
  readonly trees: readonly number[];
  readonly metric: AnnoyMetric;
  readonly searchK: readonly number[];
  readonly seed: number;
  readonly buildSeed: number;
  readonly threads: number | undefined;
  readonly exact: boolean;
  readonly fileBacked: boolean;
  readonly folder: string;
  readonly keepFiles: boolean;
  readonly output: string | undefined;
  readonly loadMode: 'lazy' | 'eager';
  readonly signal: AbortSignal | undefined;
}

type GridOption = 'rows' | 'columns' | 'trees' | 'searchK';

const names = [
  ...['reference', 'query', 'rows', 'queries', 'columns', 'k', 'trees', 'metric', 'searchK', 'seed'],
  ...['buildSeed', 'threads', 'exact', 'fileBacked', 'folder', 'keepFiles', 'output', 'loadMode', 'signal'],
] as const;

/**
 * @param grid options that are lists here, with their defaults
 * @throws EngineError `argument`
 */
export function knownBenchmark(
  options: unknown,
  what: string,
  grid: Readonly<Partial<Record<GridOption, readonly number[]>>> = {},
  exactByDefault = true,
): KnownBenchmark {
  const given = optionsOf(options, names, what);
  const each = (name: GridOption, usual: number): readonly number[] => {
    const list = grid[name] === undefined ? [given[name] ?? usual] : (given[name] ?? grid[name]);
    if (!Array.isArray(list) || list.length === 0) {
      throw new EngineError('argument', `${name} of ${what} is a list of whole numbers`, {
        detail: { option: name },
      });
    }
    return list.map((value: unknown) =>
      value === -1 && name === 'searchK' ? -1 : checkWhole(name, value, 1),
    );
  };
  const whole = (name: string, usual: number): number => checkWhole(name, given[name] ?? usual, 1);
  const seed = whole('seed', 42);
  const { output, threads } = given;
  if (output !== undefined && (typeof output !== 'string' || output === '' || output.includes('\0'))) {
    throw new EngineError('argument', 'output must be the path of a CSV file', {
      detail: { option: 'output' },
    });
  }
  const known = {
    reference: denseOf(given['reference'], 'the reference'),
    query: given['query'] === null ? null : denseOf(given['query'], 'the query'),
    rows: each('rows', 2000),
    queries: whole('queries', 200),
    columns: each('columns', 20),
    k: whole('k', 10),
    trees: each('trees', 50),
    metric: oneOf(
      'metric',
      (given['metric'] ?? 'euclidean') as AnnoyMetric,
      Object.keys(annoyMetricIds) as AnnoyMetric[],
    ),
    searchK: each('searchK', -1),
    seed,
    buildSeed: whole('buildSeed', seed),
    threads: threads === undefined ? undefined : checkWhole('threads', threads, 1, 1024),
    exact: truth('exact', given['exact']) ?? exactByDefault,
    fileBacked: truth('fileBacked', given['fileBacked']) ?? false,
    folder: checkFolder('folder', given['folder'] ?? tmpdir()),
    keepFiles: truth('keepFiles', given['keepFiles']) ?? false,
    output,
    loadMode: oneOf('loadMode', (given['loadMode'] ?? 'eager') as 'eager', ['lazy', 'eager']),
    signal: given['signal'] as AbortSignal | undefined,
  } as const;
  checkReaches(known, what);
  return known;
}

function denseOf(given: unknown, role: string): DenseRows | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null) {
    throw new EngineError('argument', `${role} of a benchmark is { data, rows, cols }`, {
      detail: { option: role },
    });
  }
  checkDenseRows(given as DenseRows, role);
  return given as DenseRows;
}

function checkReaches({ reference, query, rows, k }: KnownBenchmark, what: string): void {
  const least = reference?.rows ?? Math.min(...rows);
  const most = query === null ? least - 1 : least;
  if (k <= most) return;
  throw new EngineError(
    'argument',
    `${what}: k is ${String(k)}, but at most ${String(most)} neighbours can be found`,
    {
      detail: { option: 'k' },
    },
  );
}
