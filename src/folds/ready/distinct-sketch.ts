/** The ready fold `distinctSketch`: about how many different values there are, from a small state. */
import { EngineError } from '../../base/engine-error.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { argumentsOf, foldOptions, isRecord, printArguments, wholeOption } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';
import { StateReader } from './state-reader.js';

export interface DistinctSketchOptions {
  /** 4 to 18, 14 by default: 2^precision registers of a byte; the standard error is 1.04 / √2^precision. */
  readonly precision?: number;
}

/** What a distinct sketch says. */
export interface DistinctCount {
  /** Number of different values, a whole number. */
  readonly estimate: number;
  /** Standard error as a share of the estimate; 0: exact. About 99 % of estimates are within three of it. */
  readonly error: number;
  readonly rows: number;
  /** Rows left out because of a null. */
  readonly skipped: number;
}

/**
 * About how many different values there are, or combinations of values of several columns; rows with a null in any of
 * them are left out. NaN is one value, −0 is 0. Exact up to 2^precision / 16 values (1,024 by default).
 *
 * HyperLogLog over 64-bit hashes: the same estimate however the rows are split. State: 2^precision bytes at most. Texts
 * with a dictionary are hashed once each.
 *
 * @throws EngineError `argument` for no column or another precision
 * @example
 * const { estimate } = await flights.collectChunked(folds.distinctSketch('origin', 'destination', { precision: 12 }))
 */
export function distinctSketch<
  const A extends readonly [FoldArgument, ...(FoldArgument | DistinctSketchOptions)[]],
>(...of: A): ReadyFold<DistinctCount, NamesOf<A[number]>> {
  const where = 'folds.distinctSketch';
  const last: unknown = of.at(-1);
  const given = isRecord(last) ? of.slice(0, -1) : of;
  const args = argumentsOf(given, where);
  if (args.length === 0) throw new EngineError('argument', `${where} takes at least one column`);
  const options = foldOptions(isRecord(last) ? last : undefined, ['precision'], where);
  const precision = wholeOption(options, 'precision', { least: 4, most: 18, fallback: 14, where });
  return readyFold({
    label: `distinctSketch(${printArguments(args)})`,
    parts: [{ kind: 'native', name: 'distinctSketch', args, takes: ['any'], params: [precision] }],
    fromStates: ([state]) => readDistinct(state!),
  });
}

/** u32 version, u32 precision, u64 rows, u64 skipped, u8 form; then u32 hashes and each, or the registers. */
function readDistinct(state: Uint8Array): DistinctCount {
  const reader = new StateReader('distinctSketch', state);
  reader.version(1);
  const precision = reader.u32();
  if (precision < 4 || precision > 18) reader.damaged();
  const rows = reader.count();
  const skipped = reader.count();
  if (reader.u8() === 0) return Object.freeze({ estimate: reader.u32(), error: 0, rows, skipped });
  const registers = reader.bytes(2 ** precision);
  reader.end();
  const estimate = Math.round(estimateFrom(registers, 64 - precision));
  return Object.freeze({ estimate, error: 1.04 / Math.sqrt(registers.length), rows, skipped });
}

/** Ertl's improved estimator: right for few values and for many, without tables. Registers hold 0 … `most` + 1. */
function estimateFrom(registers: Uint8Array, most: number): number {
  const m = registers.length;
  const histogram = new Float64Array(256);
  for (const register of registers) histogram[register]!++;
  let z = m * full(1 - histogram[most + 1]! / m);
  for (let k = most; k >= 1; k--) z = (z + histogram[k]!) / 2;
  z += m * empty(histogram[0]! / m);
  return (m * m) / (2 * Math.LN2 * z);
}

/** The share of the sum that registers still at 0 stand for. */
function empty(share: number): number {
  if (share === 1) return Infinity;
  let x = share;
  let y = 1;
  let z = x;
  for (let last = -1; z !== last;) {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  }
  return z;
}

/** The share of the sum that registers at their limit stand for. */
function full(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let last = -1; z !== last;) {
    x = Math.sqrt(x);
    last = z;
    y /= 2;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
