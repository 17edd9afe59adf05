/** Rows of numbers that a user holds in memory, as points: typed arrays row-major, and arrays of arrays. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import type { NativePoints } from '../native/neighbors.js';
import { pointsOfRows } from '../native/neighbors.js';

/** Numbers in rows, row-major without gaps: row i, column j is `data[i * cols + j]`. */
export interface DenseRows {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly cols: number;
}

export function isDenseRows(value: unknown): value is DenseRows {
  return typeof value === 'object' && value !== null && 'data' in value && 'rows' in value && 'cols' in value;
}

/** That there are as many numbers as it says. @throws EngineError `argument` */
export function checkDenseRows({ data, rows, cols }: DenseRows, role: string): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new EngineError('argument', `the data of ${role} must be a Float32Array or Float64Array`);
  }
  checkWhole(`rows of ${role}`, rows, 0);
  checkWhole(`cols of ${role}`, cols, 1);
  if (data.length !== rows * cols) {
    throw new EngineError(
      'argument',
      `${role} of ${String(rows)} × ${String(cols)} holds ${String(rows * cols)} numbers; its data has ${String(data.length)}`,
      { detail: { rows, cols, found: data.length } },
    );
  }
}

export async function pointsOfDense(given: DenseRows, role: string): Promise<NativePoints> {
  checkDenseRows(given, role);
  return pointsOfRows(given.data, given.rows, given.cols);
}

/** Arrays of arrays as one array. Null and undefined are missing. @throws EngineError `argument` for ragged rows */
export function denseOfArrays(given: readonly (readonly unknown[])[], role: string): DenseRows {
  const first = given[0];
  if (first === undefined) {
    throw new EngineError(
      'argument',
      `${role} has no rows, so that its columns are not known; give { data, rows: 0, cols }`,
    );
  }
  const cols = checkWhole(`columns of ${role}`, first.length, 1);
  const data = new Float64Array(given.length * cols);
  given.forEach((row, i) => {
    if (!Array.isArray(row) || row.length !== cols) {
      const found = Array.isArray(row) ? `${String(row.length)} numbers` : typeof row;
      throw new EngineError(
        'argument',
        `row ${String(i)} of ${role} has ${found}, row 0 has ${String(cols)} numbers`,
        { detail: { row: i } },
      );
    }
    for (let j = 0; j < cols; j++) data[i * cols + j] = numberOf(row[j], i, j, role);
  });
  return { data, rows: given.length, cols };
}

function numberOf(value: unknown, row: number, column: number, role: string): number {
  if (typeof value === 'number') return value;
  if (value === null || value === undefined) return Number.NaN;
  throw new EngineError(
    'argument',
    `row ${String(row)}, column ${String(column)} of ${role} must be a number, not ${typeof value}`,
    { detail: { row, column } },
  );
}
