/** The options that every search takes, checked once: metric, plan, memory, threads, base, what is missing, progress. */
import { checkWhole } from '../base/assert.js';
import type { ByteSize } from '../base/byte-size.js';
import { parseByteSize } from '../base/byte-size.js';
import { EngineError } from '../base/engine-error.js';
import { throwIfCancelled } from '../base/cancel.js';
import type { OnProgress } from '../base/progress.js';
import { machine } from '../native/process.js';
import type { TaskOptions } from '../native/task.js';
import { optionsOf } from '../query/names.js';
import type { KnnPlan } from './knn-plan.js';
import type { KnownMetric, Metric } from './metric.js';
import { knownMetric } from './metric.js';
import type { SearchMethodName } from './search-method-names.js';
import { knownMethod } from './search-method-names.js';

export interface SearchOptions {
  /** How far rows are from each other; `euclidean` by default, or what a prepared reference was prepared for. */
  readonly metric?: Metric | undefined;
  /**
   * Rows with a null, NaN or infinity (under cosine also rows of zero length): an error that names the row, by default; or
   * `skip`: such a reference row is never found, such a query finds nothing.
   */
  readonly missing?: 'error' | 'skip' | undefined;
  /** Numbers of rows and offsets count from 0 (default) or from 1. */
  readonly base?: 0 | 1 | undefined;
  /** Most threads that search; by default all of the pool. Results never depend on it. */
  readonly threads?: number | undefined;
  /** Most memory for reference, index and results on their way: bytes or text such as `'64MB'`. Results never depend on it. */
  readonly memory?: ByteSize | undefined;
  /** Stops the search within 100 ms; the call rejects with code `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Called about ten times a second on the JavaScript thread; `rows` are queries answered. */
  readonly onProgress?: OnProgress | undefined;
  /** Settings made before, by `knnPlan`: metric, memory, threads and method. */
  readonly plan?: KnnPlan | undefined;
  /** The way to search, instead of the one that costs least. Results never depend on it. */
  readonly method?: SearchMethodName | undefined;
}

export const searchOptionNames = [
  'metric',
  'missing',
  'base',
  'threads',
  'memory',
  'signal',
  'onProgress',
  'plan',
  'method',
] as const satisfies readonly (keyof SearchOptions)[];

/** The options, checked. */
export interface KnownSearch {
  /** Undefined when nothing was said of it: euclidean, unless a prepared reference knows better. */
  readonly metric: KnownMetric | undefined;
  readonly skipMissing: boolean;
  readonly base: 0 | 1;
  readonly threads: number | undefined;
  /** Bytes, as asked for. */
  readonly memory: number | undefined;
  readonly method: SearchMethodName | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

/**
 * @param own the options of the function itself
 * @throws EngineError `argument` for an option that there is not (with near names), or that is not what it should be
 */
export function givenOptions(
  given: unknown,
  own: readonly string[],
  what: string,
): Readonly<Record<string, unknown>> {
  if (given === null) throw new EngineError('argument', `the options of ${what} are an object`);
  return optionsOf(given, [...own, ...searchOptionNames], what);
}

/** @throws EngineError `argument`; `cancelled` when the signal is aborted already */
export function knownSearch(given: Readonly<Record<string, unknown>>, what: string): KnownSearch {
  const options = given as SearchOptions;
  throwIfCancelled(options.signal);
  if (options.onProgress !== undefined && typeof options.onProgress !== 'function') {
    throw new EngineError('argument', 'onProgress must be a function', { detail: { option: 'onProgress' } });
  }
  const { plan } = options;
  if (plan !== undefined) checkPlanAlone(plan, given, what);
  const metric = plan?.metric ?? options.metric;
  const memory = plan?.memory ?? options.memory;
  const threads = plan?.threads ?? options.threads;
  return {
    metric: metric === undefined ? undefined : knownMetric(metric, what),
    skipMissing: oneOf('missing', options.missing ?? 'error', ['error', 'skip']) === 'skip',
    base: oneOf('base', options.base ?? 0, [0, 1]),
    threads: threads === undefined ? undefined : checkWhole('threads', threads, 1, 1024),
    memory: memory === undefined ? undefined : parseByteSize('memory', memory),
    method: knownMethod(plan?.wishedMethod ?? options.method, what),
    signal: options.signal,
    onProgress: options.onProgress,
  };
}

/** What a plan has settled is not asked for again. */
function checkPlanAlone(plan: unknown, given: Readonly<Record<string, unknown>>, what: string): void {
  if (typeof plan !== 'object' || plan === null || !('blockRows' in plan)) {
    throw new EngineError('argument', `the plan of ${what} is what knnPlan() gave`);
  }
  const settled = ['metric', 'memory', 'threads', 'method'].find((name) => given[name] !== undefined);
  if (settled === undefined) return;
  throw new EngineError(
    'argument',
    `${what}: ${settled} is settled by the plan; leave it out, or make another plan`,
    { detail: { option: settled } },
  );
}

export function oneOf<T extends string | number>(name: string, value: unknown, valid: readonly T[]): T {
  const found = valid.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new EngineError(
    'argument',
    `${name} must be one of ${valid.map((v) => JSON.stringify(v)).join(', ')}`,
    {
      detail: { option: name },
    },
  );
}

/** Bytes that a search may use, when nothing was said: half of what the process may. */
export function memoryOf({ memory }: Pick<KnownSearch, 'memory'>): number {
  return memory ?? Math.floor(machine().memory / 2);
}

/**
 * How a native task is watched.
 *
 * @param rows of the whole work   @param before rows that were done by earlier tasks   @param rowsHere by this one
 */
export function taskOptions(
  { signal, onProgress }: Pick<KnownSearch, 'signal' | 'onProgress'>,
  stage: string,
  rows: number,
  before = 0,
  rowsHere = rows,
): TaskOptions {
  if (onProgress === undefined) return { signal };
  return {
    signal,
    onFraction(fraction) {
      const done = before + Math.floor(fraction * rowsHere);
      onProgress({ rows: done, bytes: 0, fraction: rows === 0 ? 1 : done / rows, stage });
    },
  };
}

/** The last thing that a watcher hears of a search that succeeded. */
export function reportDone({ onProgress }: Pick<KnownSearch, 'onProgress'>, rows: number): void {
  onProgress?.({ rows, bytes: 0, fraction: 1, stage: 'done' });
}
