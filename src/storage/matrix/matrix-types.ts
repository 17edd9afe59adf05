/** The types of a matrix's cells: ours, R's names and numbers of them, and the arrays that hold them. */
import { EngineError } from '../../base/engine-error.js';
import { nearNames } from '../../base/near-names.js';
import type { DataType } from '../../data/types.js';
import { float32, float64, int16, int32, int8, uint8 } from '../../data/types.js';

export type MatrixType = 'int8' | 'int16' | 'uint8' | 'int32' | 'float32' | 'float64';

/** Cells in memory, in the array of the matrix's own type. */
export type MatrixValues = Int8Array | Int16Array | Uint8Array | Int32Array | Float32Array | Float64Array;

interface CellKind {
  /** As bigmemory writes it into descriptors. */
  readonly r: string;
  /** bigmemory's own number of the type. */
  readonly code: number;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly values: (buffer: ArrayBuffer) => MatrixValues;
}

export const cellKinds: Readonly<Record<MatrixType, CellKind>> = {
  int8: { r: 'char', code: 1, bytes: 1, values: (buffer) => new Int8Array(buffer) },
  int16: { r: 'short', code: 2, bytes: 2, values: (buffer) => new Int16Array(buffer) },
  uint8: { r: 'raw', code: 3, bytes: 1, values: (buffer) => new Uint8Array(buffer) },
  int32: { r: 'integer', code: 4, bytes: 4, values: (buffer) => new Int32Array(buffer) },
  float32: { r: 'float', code: 6, bytes: 4, values: (buffer) => new Float32Array(buffer) },
  float64: { r: 'double', code: 8, bytes: 8, values: (buffer) => new Float64Array(buffer) },
};

export const matrixTypes = Object.keys(cellKinds) as readonly MatrixType[];

const byRName: ReadonlyMap<string, MatrixType> = new Map(
  matrixTypes.map((type) => [cellKinds[type].r, type] as const),
);

/** The type of this name, ours (`float64`) or R's (`double`); undefined for others. */
export function matrixTypeOf(name: string): MatrixType | undefined {
  return matrixTypes.find((type) => type === name) ?? byRName.get(name);
}

/** @throws EngineError `argument`, with near names */
export function checkMatrixType(given: unknown): MatrixType {
  const type = typeof given === 'string' ? matrixTypeOf(given) : undefined;
  if (type !== undefined) return type;
  const near = typeof given === 'string' ? nearNames(given, matrixTypes) : [];
  const hint = near.length > 0 ? `; did you mean "${near[0]!}"?` : '';
  throw new EngineError(
    'argument',
    `type of a matrix must be one of ${matrixTypes.join(', ')}, not ${JSON.stringify(given) ?? typeof given}${hint}`,
    { detail: { option: 'type', near } },
  );
}

/** What cells of each type are as a column of a query. */
export const columnTypes: Readonly<Record<MatrixType, DataType>> = {
  int8,
  int16,
  uint8,
  int32,
  float32,
  float64,
};
