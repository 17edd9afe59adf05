/** One column of a table into one column of a row-major matrix, in a loop for each kind of memory. */
import { EngineError } from '../base/engine-error.js';
import { bitAt } from './bitmap.js';
import type { ColumnData, NumberArray } from './column.js';
import { isValid } from './column.js';
import type { Matrix } from './matrix.js';
import { isNumeric, typeName } from './types.js';

/** @throws EngineError `type` for a column that holds no numbers, `data` at a null or an integer beyond 2^53 */
export function fillMatrixColumn(matrix: Matrix, j: number, name: string, column: ColumnData): void {
  if (column.layout !== 'bits' && !(column.layout === 'fixed' && isNumeric(column.type))) {
    throw new EngineError(
      'type',
      `matrix needs numbers; column ${JSON.stringify(name)} is ${typeName(column.type)}`,
      { detail: { column: name } },
    );
  }
  if (column.nullCount > 0) {
    for (let r = 0; r < matrix.rows; r++) if (!isValid(column, r)) throw badValue(name, r, 'null');
  }
  if (column.layout === 'bits') {
    for (let r = 0; r < matrix.rows; r++) matrix.data[r * matrix.cols + j] = Number(bitAt(column.bits, r));
    return;
  }
  const { values } = column;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) fillWide(matrix, j, name, values);
  else fillNumbers(matrix, j, values);
}

function fillNumbers({ data, rows, cols }: Matrix, j: number, values: NumberArray): void {
  // Reads of one kind of array each stay fast; one loop for all kinds would not.
  if (values instanceof Float64Array)
    for (let r = 0, at = j; r < rows; r++, at += cols) data[at] = values[r]!;
  else if (values instanceof Int32Array)
    for (let r = 0, at = j; r < rows; r++, at += cols) data[at] = values[r]!;
  else if (values instanceof Float32Array)
    for (let r = 0, at = j; r < rows; r++, at += cols) data[at] = values[r]!;
  else for (let r = 0, at = j; r < rows; r++, at += cols) data[at] = values[r]!;
}

function fillWide(
  { data, rows, cols }: Matrix,
  j: number,
  name: string,
  values: BigInt64Array | BigUint64Array,
): void {
  for (let r = 0; r < rows; r++) {
    const value = Number(values[r]!);
    if (!Number.isSafeInteger(value)) throw badValue(name, r, 'beyond 2^53');
    data[r * cols + j] = value;
  }
}

function badValue(name: string, row: number, what: string): EngineError {
  return new EngineError('data', `matrix: column ${JSON.stringify(name)}, row ${String(row)} is ${what}`, {
    detail: { column: name, row },
  });
}
