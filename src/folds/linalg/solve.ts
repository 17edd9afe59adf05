/** solve: linear equations by elimination with partial pivoting. */
import { EngineError } from '../../base/engine-error.js';
import type { Matrix } from '../../data/matrix.js';
import { identity } from './make-matrix.js';
import { likeInput, matrixOf, shapeError, shapeOf } from './matrix-input.js';
import type { MatrixInput, Vector } from './matrix-input.js';

/**
 * The x of a x = b; without b the inverse of a. A list b gives a list.
 *
 * @throws EngineError `argument` for shapes that do not fit, `data` for a singular matrix: detail.pivot is the column
 *   (from 0) that the columns before it make up, but for rounding
 * @example linalg.solve(linalg.matrix([[2, 0], [0, 4]]), [1, 1]) // => Float64Array(2) [0.5, 0.25]
 */
export function solve(a: MatrixInput, b: Vector): Float64Array;
export function solve(a: MatrixInput, b?: MatrixInput): Matrix;
export function solve(a: MatrixInput, b?: MatrixInput): Matrix | Float64Array {
  const given = matrixOf(a, 'solve a');
  const n = given.rows;
  if (given.cols !== n) throw shapeError(`solve takes a square matrix; a is ${shapeOf(given)}`);
  const right = b === undefined ? identity(n) : matrixOf(b, 'solve b');
  if (right.rows !== n)
    throw shapeError(`solve takes as many rows in b as in a: a is ${shapeOf(given)}, b ${shapeOf(right)}`);
  const lu = Float64Array.from(given.data);
  const x = Float64Array.from(right.data);
  const cols = right.cols;
  const sizes = columnSizes(lu, n);
  for (let k = 0; k < n; k++) {
    const pivot = largestBelow(lu, n, k);
    // Written so that NaN fails too.
    if (!(Math.abs(lu[pivot * n + k]!) > n * 2 ** -53 * sizes[k]!))
      throw singular(k, lu[pivot * n + k]!, sizes[k]!);
    swapRows(lu, n, k, pivot);
    swapRows(x, cols, k, pivot);
    for (let i = k + 1; i < n; i++) {
      const factor = lu[i * n + k]! / lu[k * n + k]!;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= factor * lu[k * n + j]!;
      for (let j = 0; j < cols; j++) x[i * cols + j]! -= factor * x[k * cols + j]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = 0; j < cols; j++) {
      let value = x[k * cols + j]!;
      for (let i = k + 1; i < n; i++) value -= lu[k * n + i]! * x[i * cols + j]!;
      x[k * cols + j] = value / lu[k * n + k]!;
    }
  }
  return likeInput({ data: x, rows: n, cols }, b);
}

function columnSizes(a: Float64Array, n: number): Float64Array {
  const sizes = new Float64Array(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) sizes[j] = Math.max(sizes[j]!, Math.abs(a[i * n + j]!));
  return sizes;
}

function largestBelow(a: Float64Array, n: number, k: number): number {
  let best = k;
  for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[best * n + k]!)) best = i;
  return best;
}

function swapRows(a: Float64Array, cols: number, i: number, j: number): void {
  if (i === j) return;
  const row = a.slice(i * cols, (i + 1) * cols);
  a.copyWithin(i * cols, j * cols, (j + 1) * cols);
  a.set(row, j * cols);
}

function singular(pivot: number, value: number, size: number): EngineError {
  const what = Number.isFinite(size)
    ? `singular: pivot ${String(pivot)} is ${value.toPrecision(3)} where its column has numbers up to ${size.toPrecision(3)}; ` +
      'that column depends on those before it'
    : `not finite: column ${String(pivot)} has NaN or an infinity`;
  return new EngineError('data', `solve: the matrix is ${what}`, { detail: { pivot } });
}
