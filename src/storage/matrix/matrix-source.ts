/** The rows of a matrix as a source of queries, read by the engine itself. */
import { basename } from 'node:path';
import { throwIfCancelled } from '../../base/cancel.js';
import type { OpenScan, ScanRequest, Source } from '../../data/doors.js';
import { Schema } from '../../data/schema.js';
import { scanOfMatrix } from '../../native/matrix.js';
import type { FileMatrix } from './file-matrix.js';
import { cellKinds, columnTypes } from './matrix-types.js';

class MatrixSource implements Source {
  readonly label: string;
  readonly schema: Schema;
  readonly rows: number;
  readonly bytes: number;
  readonly rangeable = 'native';
  readonly #matrix: FileMatrix;

  constructor(matrix: FileMatrix) {
    const { rows, cols, type } = matrix;
    this.label = `matrix ${basename(matrix.path ?? matrix.descriptor.filename)}`;
    const names = matrix.colNames ?? Array.from({ length: cols }, (_, i) => `V${i + 1}`);
    this.schema = new Schema(
      names.map((name) => ({ name, type: columnTypes[type], nullable: type !== 'uint8' })),
    );
    this.rows = rows;
    this.bytes = rows * cols * cellKinds[type].bytes;
    this.#matrix = matrix;
  }

  async fingerprint(): Promise<string> {
    return this.#matrix.fingerprint();
  }

  async open(request: ScanRequest): Promise<OpenScan> {
    throwIfCancelled(request.signal);
    return {
      scan: scanOfMatrix(this.#matrix.native),
      columns: this.schema.names,
      close: () => Promise.resolve(),
    };
  }
}

/**
 * Columns named as the matrix names them, else `V1`, `V2` …; missing values are null.
 *
 * @throws EngineError `plan` when two columns have one name
 */
export function matrixSource(matrix: FileMatrix): Source {
  return new MatrixSource(matrix);
}
