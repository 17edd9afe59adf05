/** The ready fold `histogram`: how many values lie between breaks. */
import { EngineError } from '../../base/engine-error.js';
import { argumentOf, foldOptions, isRecord, printArguments, wholeOption } from './fold-arguments.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/** Where the bins lie: at breaks, or so many of equal width between two values. */
export type HistogramOptions =
  | { readonly breaks: readonly number[] | Float64Array }
  | { readonly min: number; readonly max: number; readonly bins?: number };

/** Counts between breaks. */
export interface Histogram {
  /** One more than there are bins. */
  readonly breaks: Float64Array;
  /** Values in [breaks[i], breaks[i + 1]); the last bin holds its upper break too. */
  readonly counts: Float64Array;
  /** Values below the first break. */
  readonly below: number;
  /** Values above the last. */
  readonly above: number;
  readonly nan: number;
  /** Nulls. */
  readonly skipped: number;
}

const where = 'folds.histogram';
const mostBins = 65_536;

/**
 * How many values of a column or expression lie in each bin. Nulls are left out and counted, as are NaN and what lies
 * outside. State: 16 bytes a bin.
 *
 * @param options `{ breaks }`, finite and ascending, or `{ min, max, bins }` (30 bins of equal width by default)
 * @throws EngineError `argument` for breaks that do not ascend
 * @example await flights.collectChunked(folds.histogram('delay', { breaks: [-60, 0, 15, 60, 1440] }))
 */
export function histogram<const A extends FoldArgument>(
  of: A,
  options: HistogramOptions,
): ReadyFold<Histogram, NamesOf<A>> {
  const arg = argumentOf(of, where);
  const breaks = breaksOf(options);
  return readyFold({
    label: `histogram(${printArguments([arg])}, ${breaks.length - 1} bins)`,
    parts: [
      { kind: 'native', name: 'histogram', args: [arg], takes: ['number or bool'], params: [...breaks] },
    ],
    fromStates: ([state]) => decodeHistogram(state!, breaks),
  });
}

function breaksOf(options: unknown): Float64Array {
  if (!isRecord(options))
    throw new EngineError('argument', `${where} takes { breaks: […] } or { min, max, bins }`);
  const given = foldOptions(options, 'breaks' in options ? ['breaks'] : ['min', 'max', 'bins'], where);
  const breaks = 'breaks' in given ? listed(given['breaks']) : equalWidth(given);
  const ascending = breaks.every((value, i) => Number.isFinite(value) && (i === 0 || breaks[i - 1]! < value));
  if (breaks.length < 2 || breaks.length > mostBins + 1 || !ascending)
    throw new EngineError(
      'argument',
      `the breaks of ${where} must be 2 to ${mostBins + 1} finite numbers, each above the one before`,
    );
  return breaks;
}

function listed(breaks: unknown): Float64Array {
  if (breaks instanceof Float64Array) return breaks.slice();
  const list: readonly unknown[] = Array.isArray(breaks) ? breaks : [];
  return Float64Array.from(list, (value) => (typeof value === 'number' ? value : NaN));
}

function equalWidth(options: Readonly<Record<string, unknown>>): Float64Array {
  const bins = wholeOption(options, 'bins', { least: 1, most: mostBins, fallback: 30, where });
  const { min, max } = options;
  if (typeof min !== 'number' || typeof max !== 'number')
    throw new EngineError('argument', `${where} takes { breaks: […] } or { min, max, bins }`);
  return Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? max : min + ((max - min) * i) / bins,
  );
}

function decodeHistogram(state: Uint8Array, breaks: Float64Array): Histogram {
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  const first = 8 + 8 * breaks.length;
  const count = (i: number): number => Number(view.getBigUint64(first + 8 * i, true));
  const counts = Float64Array.from({ length: breaks.length - 1 }, (_, i) => count(4 + i));
  return {
    breaks: breaks.slice(),
    counts,
    below: count(2),
    above: count(3),
    nan: count(1),
    skipped: count(0),
  };
}
