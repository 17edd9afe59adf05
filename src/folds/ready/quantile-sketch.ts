/** The ready fold `quantileSketch`: quantiles and ranks within a stated error, from a small state. */
import { EngineError } from '../../base/engine-error.js';
import type { DatesPolicy, Int64Policy } from '../../data/policy.js';
import { mergeFolds } from '../../native/fold.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { argumentOf, foldOptions, printArguments, wholeOption } from './fold-arguments.js';
import { QuantileSketch } from './quantile-summary.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';
import type { SketchValue } from './sketch-values.js';
import { unitOf } from './state-reader.js';

export interface QuantileSketchOptions {
  /**
   * Values kept for every doubling of the rows, 8 to 65,536; 1024 by default. `error` is at most about 4.6 / k, ranks
   * are typically off by a tenth of that.
   */
  readonly k?: number;
  /** How values of int64 and uint64 come out; `number` by default. */
  readonly int64?: Int64Policy;
  /** How dates and timestamps come out; `date` by default. */
  readonly dates?: DatesPolicy;
}

/**
 * Quantiles of numbers, dates or timestamps, about: `sketch.quantile(0.5)`, `sketch.rank(x)`, `sketch.error`. Nulls are
 * left out; NaN is the greatest value. Values come out as they went in, none is made up between two.
 *
 * Which values are kept follows from the numbers of rows alone: the sketch of a source is the same however its rows are
 * split. States of rows with the same numbers (two feeds) are combined within the same error. Exact for up to k rows.
 * State: about 8 k log₂(rows / 2048) bytes, twice that at most.
 *
 * Of dates and timestamps: `folds.quantileSketch<Date>('when')`.
 *
 * @throws EngineError `argument` for another k; `type` (when run) for text and bool
 * @example
 * const delays = await flights.collectChunked(folds.quantileSketch('delay'))
 * delays.quantiles([0.5, 0.95, 0.99])
 */
export function quantileSketch<V extends SketchValue = number, const A extends FoldArgument = FoldArgument>(
  of: A,
  options: QuantileSketchOptions = {},
): ReadyFold<QuantileSketch<V>, NamesOf<A>> {
  const where = 'folds.quantileSketch';
  const args = [argumentOf(of, where)];
  const given = foldOptions(options, ['k', 'int64', 'dates'], where);
  const k = wholeOption(given, 'k', { least: 8, most: 65_536, fallback: 1024, where });
  const policy = {
    int64: oneOf(given, 'int64', ['number', 'bigint', 'string'] as const, where),
    dates: oneOf(given, 'dates', ['date', 'bigint', 'string'] as const, where),
  };
  const label = `quantileSketch(${printArguments(args)})`;
  return readyFold({
    label,
    parts: [
      {
        kind: 'native',
        name: 'quantileSketch',
        args,
        takes: ['ordered'],
        params: (types) => [k, 0, unitOf(types[0])],
      },
    ],
    fromStates: ([state]) => new QuantileSketch<V>(together(state!, k), policy, label),
  });
}

/** No rows will come between those of the state: what neighbouring ranges of rows kept apart is joined. */
function together(state: Uint8Array, k: number): Uint8Array {
  const type = state[8] ?? 0;
  const unit = state[9] ?? 255;
  return mergeFolds(
    { name: 'quantileSketch', typeIds: [type], params: [k, 1, unit] },
    state,
    new Uint8Array(),
  );
}

function oneOf<const T extends string>(
  options: Readonly<Record<string, unknown>>,
  name: string,
  values: readonly [T, ...T[]],
  where: string,
): T {
  const value = options[name];
  if (value === undefined) return values[0];
  const found = values.find((known) => known === value);
  if (found !== undefined) return found;
  throw new EngineError('argument', `${name} of ${where} is one of ${values.join(', ')}`, {
    detail: { option: name },
  });
}
