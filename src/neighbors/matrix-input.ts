/** Matrices on disk as inputs and destinations: live, by descriptor, or by the path of a descriptor. */
import { looksLikeDescriptor } from '../storage/matrix/descriptor.js';
import type { MatrixDescriptor } from '../storage/matrix/descriptor.js';
import type { FileMatrix } from '../storage/matrix/file-matrix.js';
import { isFileMatrix } from '../storage/matrix/file-matrix.js';
import { openMatrix } from '../storage/matrix/open-matrix.js';

/** A matrix, its descriptor, or the path of its descriptor's file. */
export type MatrixSource = FileMatrix | MatrixDescriptor | string;

/** A matrix, and what gives it back if it was opened here. */
export interface OpenedMatrix {
  readonly matrix: FileMatrix;
  readonly close: () => Promise<void>;
}

/**
 * The matrix that an input is or names; undefined for other inputs.
 *
 * @throws EngineError as `openMatrix`: `io`, `format`, `argument` for data outside the descriptor's folder
 */
export function openedMatrix(
  input: unknown,
  options: { readonly readOnly: boolean },
): OpenedMatrix | undefined {
  if (isFileMatrix(input)) return { matrix: input, close: async () => undefined };
  if (typeof input !== 'string' && !looksLikeDescriptor(input)) return undefined;
  const matrix = openMatrix(input as string | MatrixDescriptor, options);
  return {
    matrix,
    async close() {
      matrix.close();
    },
  };
}

/** How messages name a matrix. */
export function matrixLabel(matrix: FileMatrix): string {
  return matrix.path ?? matrix.files[0] ?? matrix.descriptor.filename;
}

/** Writes cells, counted row by row, from one on; of a matrix with several columns whole rows. */
export async function writeCells(
  matrix: FileMatrix,
  firstCell: number,
  values: Float64Array | Int32Array,
): Promise<void> {
  const { cols } = matrix;
  if (values.length === 0) return;
  await matrix.write(values, { row: firstCell / cols, col: 0, rows: values.length / cols, cols });
}
