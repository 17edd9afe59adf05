/** knnPlan: from a memory budget and a shape to blocks, a way to search, and what that costs. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import { machine } from '../native/process.js';
import { waySearched } from '../native/search-plan.js';
import { KnnPlan } from './knn-plan.js';
import type { KnownMetric } from './metric.js';
import { checkColumnsFor, givenMetric } from './metric.js';
import type { InputShape, PointsInput } from './points-input.js';
import { knownInput, shapeOfInput } from './points-input.js';
import { PreparedReference } from './prepared-reference.js';
import type { KnownSearch, SearchOptions } from './search-options.js';
import { givenOptions, knownSearch, memoryOf } from './search-options.js';

export interface KnnPlanOptions extends Pick<SearchOptions, 'metric' | 'memory' | 'threads' | 'method'> {
  /** Neighbours that will be asked for; the choice of the way and the size of results depend on it. */
  readonly k?: number | undefined;
  /** Queries that will be asked; by default as many as the reference has rows, a self-search. */
  readonly queries?: number | undefined;
}

/** What a plan is made from. */
export interface PlanShape extends InputShape {
  readonly queries: number | undefined;
  readonly k: number | undefined;
}

/** Share of the memory for the reference and its index; the rest is for queries and their results. */
const referenceShare = 0.75;

/** Bytes of a query on its way: its values, its list, its results. */
function queryBytes(cols: number, k: number): number {
  return cols * 8 + k * 28;
}

/** A rule that everything follows: the same shape and settings give the same plan. */
export function planFor(
  shape: PlanShape,
  metric: KnownMetric,
  search: KnownSearch,
  method?: string,
): KnnPlan {
  const memory = memoryOf(search);
  const threads = Math.min(search.threads ?? machine().threads, machine().threads);
  const k = shape.k ?? 0;
  const way = waySearched({
    metric: metric.name,
    p: metric.p,
    rows: shape.rows ?? 0,
    queries: shape.queries ?? 0,
    columns: shape.cols,
    k,
    threads,
    fileBacked: shape.fileBacked,
    method: method ?? search.method,
  });
  const rowBytes = shape.cols * shape.width + way.bytesPerRow;
  const fitting = Math.max(1, Math.floor((memory * referenceShare) / rowBytes));
  const blockRows = Math.max(1, Math.min(shape.rows ?? fitting, fitting));
  const resident = shape.rows !== undefined && shape.rows <= blockRows;
  const fittingQueries = Math.max(1, Math.floor((memory * (1 - referenceShare)) / queryBytes(shape.cols, k)));
  const queryRows = Math.max(1, Math.min(shape.queries ?? fittingQueries, fittingQueries));
  const { rows, queries } = shape;
  const passes =
    resident || queries === undefined ? (resident ? 1 : undefined) : Math.ceil(queries / queryRows);
  return new KnnPlan({
    metric: givenMetric(metric),
    memory,
    threads,
    method: way.method,
    wishedMethod: search.method,
    reference: shape.label,
    rows,
    cols: shape.cols,
    queries,
    k: shape.k,
    blockRows,
    queryRows,
    cost: {
      tier: resident ? 'resident' : 'blocks',
      passes,
      bytesRead:
        passes === undefined || rows === undefined ? undefined : passes * rows * shape.cols * shape.width,
      peakMemory: blockRows * rowBytes + queryRows * queryBytes(shape.cols, k),
      seconds: rows === undefined || queries === undefined ? undefined : way.buildSeconds + way.searchSeconds,
    },
  });
}

/**
 * Plans a search: from the memory that it may take to the rows held at a time, the way to search, and the cost. Nothing is
 * read but a matrix's descriptor; a query is not run, so that its number of rows stays unknown.
 *
 * Give the plan to `knn`, `radiusSearch`, `prepareReference` … as `plan`: runs are then repeated under the same settings.
 * Results never depend on a plan.
 *
 * @throws EngineError `argument` for options that are not what they should be, or a method that does not take the metric
 * @example
 * const rows = Array.from({ length: 160 }, (_, i) => [i, (i % 7) + 1, (i % 11) + 0.5, (i % 13) + 2])
 * const plan = knnPlan(rows, { memory: '64KB', threads: 2, method: 'direct', k: 3 })
 * plan.memory      // => 65536
 * plan.blockRows   // => 160
 */
export function knnPlan(reference: PointsInput | PreparedReference, options: KnnPlanOptions = {}): KnnPlan {
  const given = givenOptions(options, ['k', 'queries'], 'knnPlan');
  const search = knownSearch(given, 'knnPlan');
  const { k, queries } = options;
  if (k !== undefined) checkWhole('k', k, 1);
  if (queries !== undefined) checkWhole('queries', queries, 0);
  const shape = shapeOfReference(reference);
  const prepared = reference instanceof PreparedReference ? reference : undefined;
  const metric = prepared?.knownMetric ?? search.metric ?? { name: 'euclidean', p: 2 };
  checkColumnsFor(metric, shape.cols, 'the reference');
  if (k !== undefined && shape.rows !== undefined && k > shape.rows) {
    throw new EngineError('argument', `k is ${String(k)}, but the reference has ${String(shape.rows)} rows`, {
      detail: { k, rows: shape.rows },
    });
  }
  return planFor({ ...shape, k, queries: queries ?? shape.rows }, metric, search, prepared?.method);
}

function shapeOfReference(reference: PointsInput | PreparedReference): InputShape {
  if (reference instanceof PreparedReference) return reference.shape;
  const known = knownInput(reference, 'the reference');
  const shape = shapeOfInput(known);
  if (known.kind === 'matrix') void known.matrix.close();
  return shape;
}
