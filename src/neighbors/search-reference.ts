/** The reference and the queries of a search, opened and checked against each other, before anything is computed. */
import { EngineError } from '../base/engine-error.js';
import type { NativePoints, NativeReference } from '../native/neighbors.js';
import { makeReference } from '../native/neighbors.js';
import type { KnnPlan } from './knn-plan.js';
import { planFor } from './make-knn-plan.js';
import type { KnownMetric } from './metric.js';
import { checkColumnsFor, printMetric, sameMetric } from './metric.js';
import type { InputShape, PointsInput, QueryInput, ResolvedPoints } from './points-input.js';
import { knownInput, resolveKnown, shapeOfInput } from './points-input.js';
import { PreparedReference } from './prepared-reference.js';
import type { KnownSearch } from './search-options.js';
import { memoryOf, taskOptions } from './search-options.js';

/** What is searched: rows of numbers, or a reference prepared before. */
export type ReferenceInput = PointsInput | PreparedReference;

/** A reference that is known and can be read, and is indexed when asked for. */
export interface OpenedReference {
  readonly rows: number;
  readonly cols: number;
  readonly label: string;
  readonly metric: KnownMetric;
  /** Files that searches read. */
  readonly files: readonly string[];
  readonly shape: InputShape;
  /** Reads and indexes it, unless it is ready. */
  ready(asked: { readonly queries: number; readonly k: number }): Promise<NativeReference>;
  /** A hash of shape and values. */
  fingerprint(): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param what the function that was asked, for messages
 * @throws EngineError `argument` for an empty reference, or one that its metric does not fit
 */
export async function openReference(
  input: ReferenceInput,
  search: KnownSearch,
  what: string,
): Promise<OpenedReference> {
  if (input instanceof PreparedReference) return preparedReference(input, search, what);
  const known = knownInput(input, 'the reference');
  const metric = search.metric ?? { name: 'euclidean', p: 2 };
  const shape = shapeOfInput(known);
  checkColumnsFor(metric, shape.cols, 'the reference');
  const { threads, signal } = search;
  const resolved = await resolveKnown(known, 'the reference', { memory: memoryOf(search), threads, signal });
  if (resolved.rows === 0) {
    await resolved.close();
    throw new EngineError('argument', `${what} has nothing to search: the reference has no rows`);
  }
  return {
    rows: resolved.rows,
    cols: resolved.cols,
    label: resolved.label,
    metric,
    files: resolved.files,
    shape: { ...shape, rows: resolved.rows },
    fingerprint: () => resolved.fingerprint(),
    close: () => resolved.close(),
    ready: ({ queries, k }) =>
      makeReference(
        resolved.points,
        {
          metric: metric.name,
          p: metric.p,
          skipMissing: search.skipMissing,
          method: search.method,
          threads,
          memory: search.memory,
          expectedQueries: queries,
          expectedK: k,
        },
        taskOptions(search, 'prepare', resolved.rows),
      ),
  };
}

function preparedReference(input: PreparedReference, search: KnownSearch, what: string): OpenedReference {
  const { native, knownMetric } = input;
  if (search.metric !== undefined && !sameMetric(search.metric, knownMetric)) {
    throw new EngineError(
      'argument',
      `${what} asks for ${printMetric(search.metric)}, but the reference was prepared for ${printMetric(knownMetric)}; ` +
        'leave the metric out, or prepare it for this one',
      { detail: { option: 'metric' } },
    );
  }
  if (search.method !== undefined && search.method !== input.method) {
    throw new EngineError(
      'argument',
      `${what} asks for method ${search.method}, but the reference was prepared with ${input.method}`,
      { detail: { option: 'method' } },
    );
  }
  return {
    rows: input.rows,
    cols: input.cols,
    label: input.shape.label,
    metric: knownMetric,
    files: input.files,
    shape: input.shape,
    ready: async () => native,
    fingerprint: () => input.fingerprint(),
    close: async () => undefined,
  };
}

/** The queries of a search: rows of their own, or those of the reference. */
export interface OpenedQueries {
  /** Null: the reference's own rows. */
  readonly points: NativePoints | null;
  readonly rows: number;
  readonly excludeSelf: boolean;
  readonly files: readonly string[];
  close(): Promise<void>;
}

/**
 * @param given the reference as it was given: the same object as query is a self-search, too
 * @throws EngineError `argument` for queries of other columns, or `excludeSelf` where there is no self
 */
export async function openQueries(
  given: ReferenceInput,
  reference: OpenedReference,
  query: QueryInput | undefined,
  excludeSelf: unknown,
  search: KnownSearch,
): Promise<OpenedQueries> {
  if (excludeSelf !== undefined && typeof excludeSelf !== 'boolean') {
    throw new EngineError('argument', 'excludeSelf must be true or false', {
      detail: { option: 'excludeSelf' },
    });
  }
  if (query === undefined || query === given) {
    const exclude = excludeSelf ?? query === undefined;
    return {
      points: null,
      rows: reference.rows,
      excludeSelf: exclude,
      files: [],
      close: async () => undefined,
    };
  }
  if (excludeSelf === true) {
    throw new EngineError(
      'argument',
      'excludeSelf leaves a row out of its own neighbours, and the query is not the reference; leave query out, or excludeSelf',
      { detail: { option: 'excludeSelf' } },
    );
  }
  const known = knownInput(query, 'the query');
  const { cols, label } = shapeOfInput(known);
  if (cols !== reference.cols) {
    throw new EngineError(
      'argument',
      `the query (${label}) has ${String(cols)} columns, the reference (${reference.label}) has ${String(reference.cols)}`,
      { detail: { query: cols, reference: reference.cols } },
    );
  }
  const { threads, signal } = search;
  const resolved: ResolvedPoints = await resolveKnown(known, 'the query', {
    memory: memoryOf(search),
    threads,
    signal,
  });
  const { points, rows, files } = resolved;
  return { points, rows, excludeSelf: false, files, close: () => resolved.close() };
}

/** The plan that a search followed, for its result. */
export function planFollowed(
  reference: OpenedReference,
  native: NativeReference,
  asked: { readonly queries: number; readonly k: number | undefined },
  search: KnownSearch,
): KnnPlan {
  return planFor({ ...reference.shape, ...asked }, reference.metric, search, native.method);
}
