/** What the engine would do for a search of a given shape: the way it would take and what that is expected to cost. */
import { addon } from './addon.js';
import { callNative } from './native-error.js';
import type { MetricName } from './neighbors.js';
import { metricIds } from './neighbors.js';

export interface SearchShape {
  readonly metric: MetricName;
  /** Minkowski's exponent. */
  readonly p: number;
  readonly rows: number;
  /** 0: not known. */
  readonly queries: number;
  readonly columns: number;
  /** 0: within a radius. */
  readonly k: number;
  readonly threads: number;
  readonly fileBacked: boolean;
  readonly method?: string | undefined;
}

export interface SearchWay {
  readonly method: string;
  /** Estimates, in seconds of thread time. */
  readonly buildSeconds: number;
  readonly searchSeconds: number;
  /** Of the index, beside the rows themselves. */
  readonly bytesPerRow: number;
}

/** Names of the ways to search that this build has. */
export function searchMethods(): readonly string[] {
  return addon().searchMethods();
}

/** @throws EngineError `argument` when the way asked for does not take this metric or number of columns */
export function waySearched(shape: SearchShape): SearchWay {
  return callNative('planning a search', () =>
    addon().planSearch({ ...shape, metric: metricIds[shape.metric], method: shape.method ?? '' }),
  );
}
