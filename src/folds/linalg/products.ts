/** Sums and products of matrices. */
import type { Matrix } from '../../data/matrix.js';
import { matrixOf, shapeError, shapeOf } from './matrix-input.js';
import type { MatrixInput } from './matrix-input.js';

/**
 * a'b, by default a'a: of a chunk's columns what their sums of products are.
 *
 * @throws EngineError `argument` where the numbers of rows differ
 * @example linalg.crossprod(batch.matrix(['x', 'z'], { intercept: true }))
 */
export function crossprod(a: MatrixInput, b?: MatrixInput): Matrix {
  const left = matrixOf(a, 'crossprod a');
  if (b === undefined) return square(left);
  const right = matrixOf(b, 'crossprod b');
  if (left.rows !== right.rows)
    throw shapeError(
      `crossprod takes as many rows on both sides: a is ${shapeOf(left)}, b ${shapeOf(right)}`,
    );
  const [p, q] = [left.cols, right.cols];
  const out = new Float64Array(p * q);
  for (let r = 0; r < left.rows; r++) {
    for (let i = 0; i < p; i++) {
      const value = left.data[r * p + i]!;
      for (let j = 0; j < q; j++) out[i * q + j]! += value * right.data[r * q + j]!;
    }
  }
  return { data: out, rows: p, cols: q };
}

function square({ data, rows, cols }: Matrix): Matrix {
  const out = new Float64Array(cols * cols);
  for (let r = 0, row = 0; r < rows; r++, row += cols) {
    for (let i = 0; i < cols; i++) {
      const value = data[row + i]!;
      for (let j = i; j < cols; j++) out[i * cols + j]! += value * data[row + j]!;
    }
  }
  for (let i = 0; i < cols; i++) for (let j = 0; j < i; j++) out[i * cols + j] = out[j * cols + i]!;
  return { data: out, rows: cols, cols };
}

/** Number by number. @throws EngineError `argument` for two shapes @example linalg.add(acc, linalg.crossprod(x)) */
export function add(a: MatrixInput, b: MatrixInput): Matrix {
  const left = matrixOf(a, 'add a');
  const right = matrixOf(b, 'add b');
  if (left.rows !== right.rows || left.cols !== right.cols)
    throw shapeError(`add takes two matrices of one shape: a is ${shapeOf(left)}, b ${shapeOf(right)}`);
  return { data: left.data.map((value, i) => value + right.data[i]!), rows: left.rows, cols: left.cols };
}

/** The product a b. @throws EngineError `argument` unless a has as many columns as b has rows */
export function multiply(a: MatrixInput, b: MatrixInput): Matrix {
  const left = matrixOf(a, 'multiply a');
  const right = matrixOf(b, 'multiply b');
  if (left.cols !== right.rows)
    throw shapeError(
      `multiply takes as many columns in a as rows in b: a is ${shapeOf(left)}, b ${shapeOf(right)}`,
    );
  const [n, inner, q] = [left.rows, left.cols, right.cols];
  const out = new Float64Array(n * q);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < inner; k++) {
      const value = left.data[i * inner + k]!;
      for (let j = 0; j < q; j++) out[i * q + j]! += value * right.data[k * q + j]!;
    }
  }
  return { data: out, rows: n, cols: q };
}

/** Rows as columns. */
export function transpose(a: MatrixInput): Matrix {
  const { data, rows, cols } = matrixOf(a, 'transpose a');
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = data[i * cols + j]!;
  return { data: out, rows: cols, cols: rows };
}
