/** Points, references and exact searches of the engine, typed; arguments are checked by who calls. */
import { assert } from '../base/assert.js';
import type { NumberArray } from '../data/column.js';
import type { MetricName } from '../data/metric.js';
import { metricIds } from '../data/metric.js';
import { addon } from './addon.js';
import { callNative } from './native-error.js';
import type { NativeObject } from './native-object.js';
import type { TaskOptions } from './task.js';
import { runTask } from './task.js';

export { metricIds };
export type { MetricName };

/** Row of a result cell that holds no neighbour: there were fewer than k rows. */
export const noNeighbor = 0xffff_ffff;

/** Rows of numbers that the engine can search, or search for. */
export interface NativePoints {
  readonly rows: number;
  readonly columns: number;
  readonly object: NativeObject;
}

/** Rows of a `fillPoints` call at most, so that copying never holds up this thread for long. */
const fillValues = 1 << 20;

/**
 * A copy of values, made in slices between which other work gets its turn. Numbers of at most 16 bits are kept as
 * float32, which holds them exactly.
 *
 * @param values [rows × columns]   @param order 'C': row by row; 'F': column by column
 */
export async function pointsOfRows(
  values: NumberArray,
  rows: number,
  columns: number,
  order: 'C' | 'F' = 'C',
): Promise<NativePoints> {
  const single = values instanceof Float32Array || values.BYTES_PER_ELEMENT < 4;
  const object = callNative('copying points', () => addon().createPoints(rows, columns, single));
  const step = Math.max(1, Math.floor(fillValues / columns));
  for (let first = 0; first < rows; first += step) {
    const end = Math.min(rows, first + step);
    const slice =
      order === 'C'
        ? floatsOf(values.subarray(first * columns, end * columns), single)
        : rowsOfColumns(values, rows, columns, single, first, end);
    callNative('copying points', () => {
      addon().fillPoints(object, first, slice);
    });
    if (end < rows) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return { rows, columns, object };
}

function floatsOf(values: NumberArray, single: boolean): Float32Array | Float64Array {
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  return single ? Float32Array.from(values) : Float64Array.from(values);
}

/** Rows `first` … `end` of values that lie column by column. */
function rowsOfColumns(
  values: NumberArray,
  rows: number,
  columns: number,
  single: boolean,
  first: number,
  end: number,
): Float32Array | Float64Array {
  const count = end - first;
  const slice = single ? new Float32Array(count * columns) : new Float64Array(count * columns);
  for (let j = 0; j < columns; j++) {
    const from = j * rows + first;
    for (let i = 0; i < count; i++) slice[i * columns + j] = values[from + i]!;
  }
  return slice;
}

export interface ReferenceWishes {
  readonly metric: MetricName;
  /** Minkowski's exponent; others ignore it. */
  readonly p?: number | undefined;
  readonly skipMissing?: boolean | undefined;
  /** `direct`, `tile`, `tree` …; default: the one that costs least. */
  readonly method?: string | undefined;
  readonly threads?: number | undefined;
  /** Bytes for the rows and the index. */
  readonly memory?: number | undefined;
  readonly expectedQueries?: number | undefined;
  readonly expectedK?: number | undefined;
}

/** Points made ready to be searched; may be searched any number of times, also at once. */
export interface NativeReference {
  readonly rows: number;
  readonly columns: number;
  readonly method: string;
  /** Of memory, beside the rows themselves; 0 when it is made anew for each block. */
  readonly bytes: number;
  /** False: it is larger than its memory, and each search reads it block by block. */
  readonly resident: boolean;
  /** How many blocks of how many rows it is searched in. */
  readonly blocks: number;
  readonly blockRows: number;
  /** Bytes that the rows, the index and a search's own lists may take; results are not among them. */
  readonly memory: number;
  readonly object: NativeObject;
}

/** Reads, checks and indexes the points. @throws EngineError `data` naming a row that cannot be compared, `memory` */
export async function makeReference(
  points: NativePoints,
  wishes: ReferenceWishes,
  options?: TaskOptions,
): Promise<NativeReference> {
  const settings = {
    metric: metricIds[wishes.metric],
    p: wishes.p ?? 2,
    skipMissing: wishes.skipMissing === true,
    method: wishes.method ?? '',
    threads: wishes.threads ?? 0,
    memory: wishes.memory ?? 0,
    expectedQueries: wishes.expectedQueries ?? 0,
    expectedK: wishes.expectedK ?? 0,
  };
  const what = 'preparing a reference';
  const object = await runTask(what, () => addon().prepareReference(points.object, settings), options);
  assert(typeof object === 'object' && object !== null, 'a prepared reference is an object');
  return describeReference(object);
}

/** A reference with what is known of it. */
export function describeReference(object: NativeObject): NativeReference {
  return { ...addon().describeReference(object), object };
}

/** Which queries are asked for: rows `first` … `end` of the points, or of the reference itself when there are none. */
export interface QueryRows {
  readonly queries: NativePoints | null;
  readonly first: number;
  readonly end: number;
  readonly excludeSelf?: boolean | undefined;
  readonly skipMissing?: boolean | undefined;
  readonly threads?: number | undefined;
  /** Bytes that the results may take; default: what the process has. */
  readonly resultMemory?: number | undefined;
}

/** What a search did: for plans and measurements. */
export interface SearchStatistics {
  /** Over the reference: blocks of queries. */
  readonly passes: number;
  /** Of a reference that is not resident. */
  readonly blocksRead: number;
  readonly bytesRead: number;
  /** Distances computed as they are defined; and how many of them a fast filter had let through. */
  readonly exact: number;
  readonly candidates: number;
  readonly seconds: number;
  /** Whether each pair of rows was looked at once. */
  readonly symmetric: boolean;
}

/** By query and rank, [queries × k] row-major; cells without a neighbour hold `noNeighbor` and NaN. */
export interface FoundNearest {
  readonly index: Uint32Array;
  readonly distance: Float64Array;
  readonly statistics: SearchStatistics;
}

/** By query: how many, and all of them one after another, each query's by (distance, row). */
export interface FoundWithin {
  readonly counts: Float64Array;
  readonly index: Uint32Array;
  readonly distance: Float64Array;
  readonly statistics: SearchStatistics;
}

function settingsOf(asked: QueryRows) {
  return {
    first: asked.first,
    end: asked.end,
    excludeSelf: asked.excludeSelf === true,
    skipMissing: asked.skipMissing === true,
    threads: asked.threads ?? 0,
    resultMemory: asked.resultMemory ?? 0,
  };
}

/** The k nearest rows of each query; ties go to the lower row. @throws EngineError `data` naming a query row */
export async function findNearest(
  reference: NativeReference,
  asked: QueryRows,
  k: number,
  options?: TaskOptions,
): Promise<FoundNearest> {
  const settings = { ...settingsOf(asked), k };
  const start = () => addon().searchNearest(reference.object, asked.queries?.object ?? null, settings);
  return (await runTask('searching', start, options)) as FoundNearest;
}

function searchWithin(
  reference: NativeReference,
  asked: QueryRows,
  within: { readonly radius: number; readonly countOnly: boolean },
  options: TaskOptions | undefined,
): Promise<unknown> {
  const settings = { ...settingsOf(asked), ...within };
  const start = () => addon().searchWithin(reference.object, asked.queries?.object ?? null, settings);
  return runTask('searching', start, options);
}

/** Every row at a distance of at most `radius`. @throws EngineError `data` naming a query row, `memory` */
export async function findWithin(
  reference: NativeReference,
  asked: QueryRows,
  radius: number,
  options?: TaskOptions,
): Promise<FoundWithin> {
  return (await searchWithin(reference, asked, { radius, countOnly: false }, options)) as FoundWithin;
}

/** How many rows are at a distance of at most `radius`, by query. */
export async function countWithin(
  reference: NativeReference,
  asked: QueryRows,
  radius: number,
  options?: TaskOptions,
): Promise<Float64Array> {
  const found = await searchWithin(reference, asked, { radius, countOnly: true }, options);
  return (found as Pick<FoundWithin, 'counts'>).counts;
}

/**
 * The k nearest among the candidates of each query, by exact distance.
 *
 * @param candidates rows of the reference, [queries × candidates] row-major; `noNeighbor` is none, a row twice is one
 * @throws EngineError `data` naming query and rank of a candidate that is no row, or a row that cannot be compared
 */
export async function rerankCandidates(
  reference: NativeReference,
  asked: QueryRows,
  candidates: Uint32Array,
  k: number,
  options?: TaskOptions,
): Promise<Pick<FoundNearest, 'index' | 'distance'>> {
  const queries = asked.end - asked.first;
  const perQuery = queries === 0 ? 0 : candidates.length / queries;
  const settings = { ...settingsOf(asked), perQuery, k };
  const start = () => addon().rerank(reference.object, asked.queries?.object ?? null, candidates, settings);
  return (await runTask('ranking candidates', start, options)) as Pick<FoundNearest, 'index' | 'distance'>;
}
