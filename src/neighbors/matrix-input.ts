/** Matrices on disk as inputs and destinations: live, by descriptor, or by the path of a descriptor. */
import type { NativePoints } from '../native/neighbors.js';

/** What is used of a matrix that is read. */
export interface FileMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly type: string;
  readonly path: string;
  readonly readOnly: boolean;
  points(): NativePoints;
  write(
    values: Float64Array | Int32Array,
    at: { readonly row: number; readonly col: number; readonly rows: number; readonly cols: number },
  ): Promise<void>;
  flush(): Promise<void>;
}

export type MatrixInput = FileMatrix;

/** A matrix, and what gives it back if it was opened here. */
export interface OpenedMatrix {
  readonly matrix: FileMatrix;
  readonly close: () => Promise<void>;
}

/** The matrix that an input is or names; undefined for other inputs. @throws EngineError as opening it does */
export function openedMatrix(input: unknown): OpenedMatrix | undefined {
  if (typeof input !== 'object' || input === null || !('points' in input)) return undefined;
  return { matrix: input as FileMatrix, close: async () => undefined };
}

/** Files that hold its values. */
export function matrixFiles(matrix: FileMatrix): readonly string[] {
  return [matrix.path];
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
