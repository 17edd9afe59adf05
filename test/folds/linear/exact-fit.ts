/** Least squares in whole numbers of any length: what the fits of the library are compared with. */
import type { Gram } from '../../../src/folds/linear/gram.js';

/** A value `top / bottom`. */
interface Ratio {
  readonly top: bigint;
  readonly bottom: bigint;
}

export interface ExactFit {
  readonly coefficients: number[];
  /** Diagonal of (X'X)⁻¹. */
  readonly inverseDiagonal: number[];
  readonly residualSumOfSquares: number;
}

/** A float as a whole number of 2^-1074ths would be long; all columns of a data set share one smaller unit. */
const unit = 200;

/** `value` · 2^200 as a whole number; the test data are all multiples of that unit. */
export function whole(value: number): bigint {
  let scaled = value;
  let shift = 0n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  if (shift > BigInt(unit)) throw new RangeError(`${String(value)} is too fine for the test`);
  return BigInt(scaled) << (BigInt(unit) - shift);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The nearest float to within an ulp. */
function toNumber({ top, bottom }: Ratio): number {
  if (top === 0n) return 0;
  const digits = abs(bottom).toString(2).length - abs(top).toString(2).length + 70;
  const quotient = digits >= 0 ? (top << BigInt(digits)) / bottom : top / (bottom << BigInt(-digits));
  // In two steps: the first alone may leave the range of floats.
  const half = Math.trunc(digits / 2);
  return Number(quotient) * 2 ** -half * 2 ** -(digits - half);
}

/** Sums of products of every two columns, in units of 2^-400. */
function products(columns: readonly (readonly number[])[]): bigint[][] {
  const wholes = columns.map((column) => column.map(whole));
  return wholes.map((a) => wholes.map((b) => a.reduce((sum, value, r) => sum + value * b[r]!, 0n)));
}

/** The Gram matrix of columns (the response last), rounded to pairs of floats once. */
export function exactGram(columns: readonly (readonly number[])[]): Gram {
  const high: number[] = [];
  const low: number[] = [];
  const sums = products(columns);
  const bottom = 1n << BigInt(2 * unit);
  sums.forEach((row, i) =>
    row.slice(i).forEach((top) => {
      const first = toNumber({ top, bottom });
      high.push(first);
      low.push(first === 0 ? 0 : toNumber({ top: top - whole(first) * (1n << BigInt(unit)), bottom }));
    }),
  );
  return {
    size: columns.length,
    high: Float64Array.from(high),
    low: Float64Array.from(low),
    rows: columns[0]!.length,
    skipped: 0,
  };
}

/** Least squares of the last column on those before, by elimination without fractions (Bareiss). */
export function exactFit(columns: readonly (readonly number[])[]): ExactFit {
  const p = columns.length - 1;
  const sums = products(columns);
  const m = sums
    .slice(0, p)
    .map((row, i) => [...row, ...Array.from({ length: p }, (_, j) => (i === j ? 1n : 0n))]);
  let previous = 1n;
  for (let k = 0; k < p; k++) {
    const pivot = m[k]![k]!;
    if (pivot === 0n) throw new RangeError(`column ${String(k)} depends on those before it`);
    for (let i = 0; i < p; i++) {
      if (i === k) continue;
      const factor = m[i]![k]!;
      m[i] = m[i]!.map((value, j) => (pivot * value - factor * m[k]![j]!) / previous);
    }
    previous = pivot;
  }
  // Now each row is its determinant times the solution.
  const determinant = m.map((row, i) => row[i]!);
  const explained = m.reduce((sum, row, i) => sum + row[p]! * sums[i]![p]!, 0n);
  return {
    coefficients: m.map((row, i) => toNumber({ top: row[p]!, bottom: determinant[i]! })),
    inverseDiagonal: m.map((row, i) =>
      toNumber({ top: row[p + 1 + i]! << BigInt(2 * unit), bottom: determinant[i]! }),
    ),
    residualSumOfSquares: toNumber({
      top: sums[p]![p]! * determinant[0]! - explained,
      bottom: determinant[0]! << BigInt(2 * unit),
    }),
  };
}
