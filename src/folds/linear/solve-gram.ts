/** solveGram: least squares from the normal equations, in pair arithmetic, so that their squared condition does no harm. */
import { EngineError } from '../../base/engine-error.js';
import type { Gram } from './gram.js';
import { Pair } from './pair.js';

/** A least squares fit of the last column of a Gram matrix on the columns before it. */
export interface GramSolution {
  /** One per column but the response; NaN where aliased. */
  readonly coefficients: Float64Array;
  /** Columns that depend linearly on those before them (or are zero): left out of the fit. */
  readonly aliased: readonly boolean[];
  /** Columns kept. */
  readonly rank: number;
  /** (X'X)⁻¹ of the kept columns, p × p, row-major; rows and columns of aliased ones are NaN. */
  readonly inverse: Float64Array;
  readonly residualSumOfSquares: number;
  /** Sum of squares of the response, not centred. */
  readonly responseSumOfSquares: number;
}

/**
 * A column is aliased when what is left of its square after those before it is below this share of the square, times what
 * rounding of the others can bring in. The sums carry 2^-104 or, after millions of rows, some bits less.
 */
const aliasTolerance = 2 ** -92;

/**
 * Solves the normal equations by a Cholesky factorization in pairs of floats, columns scaled to about one by powers of two.
 * Relative errors of the coefficients are about κ² 2^-104 for a condition number κ of the scaled columns: below those of
 * a QR factorization in floats (κ 2^-53) up to κ = 2^47.
 *
 * @throws EngineError `data` where a sum is not finite: detail.column is the index of the column to blame
 */
export function solveGram(gram: Gram): GramSolution {
  const p = gram.size - 1;
  const scaled = scaleGram(gram);
  const factor = factorize(scaled);
  const { kept } = factor;
  const coefficients = new Float64Array(p).fill(NaN);
  const solved = backSubstitute(factor);
  kept.forEach((column, k) => {
    coefficients[column] = solved[k]! * scaled.scales[column]! * (1 / scaled.scales[p]!);
  });
  const inverse = invert(factor, scaled.scales, p);
  const last = scaled.scales[p]!;
  return {
    coefficients,
    aliased: Array.from({ length: p }, (_, i) => !kept.includes(i)),
    rank: kept.length,
    inverse,
    residualSumOfSquares: Math.max(0, factor.residual) / last / last,
    responseSumOfSquares: sumAt(gram, p, p),
  };
}

/** What is left of the response's sum of squares after one column: with a column of ones, the sum about the mean. */
export function sumOfSquaresAfter(gram: Gram, column: number): number {
  const p = gram.size - 1;
  const at = triangle(gram.size, column, column);
  if (gram.high[at]! === 0) return sumAt(gram, p, p);
  const cross = triangle(gram.size, column, p);
  const own = triangle(gram.size, p, p);
  const ratio = pairAt(gram, cross).divide(gram.high[at]!, gram.low[at]);
  const rest = pairAt(gram, own).subtractProduct(ratio.high, ratio.low, gram.high[cross]!, gram.low[cross]!);
  return Math.max(0, rest.value());
}

/** Where the sum of products of columns i ≤ j stands. */
export function triangle(size: number, i: number, j: number): number {
  return i * size - (i * (i - 1)) / 2 + (j - i);
}

function pairAt(gram: Gram, at: number): Pair {
  return new Pair(gram.high[at], gram.low[at]);
}

function sumAt(gram: Gram, i: number, j: number): number {
  return pairAt(gram, triangle(gram.size, i, j)).value();
}

/** A Gram matrix with a diagonal between 1/2 and 2, and the powers of two that brought it there. */
interface ScaledGram {
  readonly size: number;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly scales: Float64Array;
}

function scaleGram(gram: Gram): ScaledGram {
  const { size } = gram;
  const scales = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const square = sumAt(gram, i, i);
    if (!Number.isFinite(square)) throw notFinite(i);
    scales[i] = square > 0 ? 2 ** -Math.round(Math.log2(square) / 2) : 1;
  }
  const high = Float64Array.from(gram.high);
  const low = Float64Array.from(gram.low);
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = i; j < size; j++, at++) {
      if (!Number.isFinite(gram.high[at]!)) throw notFinite(j);
      high[at] = gram.high[at]! * scales[i]! * scales[j]!;
      low[at] = gram.low[at]! * scales[i]! * scales[j]!;
    }
  }
  return { size, high, low, scales };
}

function notFinite(column: number): EngineError {
  return new EngineError(
    'data',
    `the sums of products of column ${String(column)} are not finite: it holds NaN, an infinity or numbers beyond 1e150`,
    { detail: { column } },
  );
}

/** L of L L' for the kept columns, row by row, and the response's row. */
interface Factor {
  readonly kept: readonly number[];
  /** rank × p, the lower triangle used. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly stride: number;
  /** L⁻¹ X'y. */
  readonly rightHigh: Float64Array;
  readonly rightLow: Float64Array;
  /** What is left of the response's square. */
  readonly residual: number;
}

function factorize(gram: ScaledGram): Factor {
  const p = gram.size - 1;
  const high = new Float64Array(p * p);
  const low = new Float64Array(p * p);
  const kept: number[] = [];
  const rowHigh = new Float64Array(p);
  const rowLow = new Float64Array(p);
  const sum = new Pair();
  let residual = 0;
  for (let j = 0; j <= p; j++) {
    // One row of L: the products with the kept columns, each less what earlier ones explain.
    for (let k = 0; k < kept.length; k++) {
      const at = triangle(gram.size, kept[k]!, j);
      sum.set(gram.high[at]!, gram.low[at]);
      for (let m = 0; m < k; m++) {
        sum.subtractProduct(rowHigh[m]!, rowLow[m]!, high[k * p + m]!, low[k * p + m]!);
      }
      sum.divide(high[k * p + k]!, low[k * p + k]);
      rowHigh[k] = sum.high;
      rowLow[k] = sum.low;
    }
    const own = triangle(gram.size, j, j);
    sum.set(gram.high[own]!, gram.low[own]);
    for (let k = 0; k < kept.length; k++) {
      sum.subtractProduct(rowHigh[k]!, rowLow[k]!, rowHigh[k]!, rowLow[k]!);
    }
    if (j === p) {
      residual = sum.value();
    } else if (isIndependent(sum.high, gram.high[own]!, rowHigh, high, kept.length, p)) {
      const k = kept.length;
      high.set(rowHigh.subarray(0, k), k * p);
      low.set(rowLow.subarray(0, k), k * p);
      sum.sqrt();
      high[k * p + k] = sum.high;
      low[k * p + k] = sum.low;
      kept.push(j);
    }
  }
  return { kept, high, low, stride: p, rightHigh: rowHigh, rightLow: rowLow, residual };
}

/**
 * Whether a pivot is more than rounding. The column is, but for the pivot, Σ bₖ of the kept ones; an error in their sums
 * of products comes into the pivot (1 + Σ |bₖ|)² times.
 */
function isIndependent(
  pivot: number,
  square: number,
  row: Float64Array,
  factor: Float64Array,
  rank: number,
  stride: number,
): boolean {
  if (!(pivot > aliasTolerance * square)) return false;
  const b = new Float64Array(rank);
  let weight = 1;
  for (let k = rank - 1; k >= 0; k--) {
    let value = row[k]!;
    for (let m = k + 1; m < rank; m++) value -= factor[m * stride + k]! * b[m]!;
    b[k] = value / factor[k * stride + k]!;
    weight += Math.abs(b[k]!);
  }
  return pivot > aliasTolerance * weight * weight;
}

/** The coefficients of the scaled columns: L' b = L⁻¹ X'y. */
function backSubstitute(factor: Factor): Float64Array {
  const { kept, high, low, stride, rightHigh, rightLow } = factor;
  const bHigh = new Float64Array(kept.length);
  const bLow = new Float64Array(kept.length);
  const sum = new Pair();
  for (let k = kept.length - 1; k >= 0; k--) {
    sum.set(rightHigh[k]!, rightLow[k]);
    for (let m = k + 1; m < kept.length; m++) {
      sum.subtractProduct(high[m * stride + k]!, low[m * stride + k]!, bHigh[m]!, bLow[m]!);
    }
    sum.divide(high[k * stride + k]!, low[k * stride + k]);
    bHigh[k] = sum.high;
    bLow[k] = sum.low;
  }
  return bHigh.map((value, k) => value + bLow[k]!);
}

/** (L L')⁻¹ = L⁻ᵀ L⁻¹, in the units of the columns. */
function invert(factor: Factor, scales: Float64Array, p: number): Float64Array {
  const { kept, stride } = factor;
  const rank = kept.length;
  const high = new Float64Array(rank * rank);
  const low = new Float64Array(rank * rank);
  const sum = new Pair();
  // Column c of L⁻¹, below the diagonal.
  for (let c = 0; c < rank; c++) {
    for (let r = c; r < rank; r++) {
      sum.set(r === c ? 1 : 0);
      for (let m = c; m < r; m++) {
        sum.subtractProduct(
          factor.high[r * stride + m]!,
          factor.low[r * stride + m]!,
          high[m * rank + c]!,
          low[m * rank + c]!,
        );
      }
      sum.divide(factor.high[r * stride + r]!, factor.low[r * stride + r]);
      high[r * rank + c] = sum.high;
      low[r * rank + c] = sum.low;
    }
  }
  const inverse = new Float64Array(p * p).fill(NaN);
  for (let i = 0; i < rank; i++) {
    for (let j = i; j < rank; j++) {
      sum.set(0);
      for (let m = j; m < rank; m++) {
        sum.addProduct(high[m * rank + i]!, low[m * rank + i]!, high[m * rank + j]!, low[m * rank + j]!);
      }
      const [a, b] = [kept[i]!, kept[j]!];
      const value = sum.value() * scales[a]! * scales[b]!;
      inverse[a * p + b] = value;
      inverse[b * p + a] = value;
    }
  }
  return inverse;
}
