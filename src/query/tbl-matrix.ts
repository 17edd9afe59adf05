/** `tblMatrix`: a query over the rows of a matrix on disk. */
import { EngineError } from '../base/engine-error.js';
import { scan } from '../plan/nodes/scan.js';
import { looksLikeDescriptor } from '../storage/matrix/descriptor.js';
import type { MatrixDescriptor } from '../storage/matrix/descriptor.js';
import type { FileMatrix } from '../storage/matrix/file-matrix.js';
import { isFileMatrix } from '../storage/matrix/file-matrix.js';
import type { MatrixColumn } from '../storage/matrix/matrix-options.js';
import { matrixSource } from '../storage/matrix/matrix-source.js';
import { openMatrix } from '../storage/matrix/open-matrix.js';
import { defaultEngine } from './default-engine.js';
import type { Query } from './query.js';
import { QueryObject } from './query-object.js';
import type { UntypedRow } from './row-types.js';

export interface TblMatrixOptions {
  /** Columns by number or name, in the order wanted; default: all. */
  readonly columns?: readonly MatrixColumn[] | undefined;
}

/**
 * A query over the rows of a matrix: columns named as the matrix names them, else `V1`, `V2` …; missing values are null.
 *
 * The engine reads pages of the files when the query runs; nothing passes through JavaScript. A matrix given as such must
 * stay open; one named by its descriptor or the path of it is opened for reading, for as long as the query is in use.
 *
 * @throws EngineError `argument`: no matrix, or a column that it does not have; `plan`: two columns of one name; and as
 *   `openMatrix`
 * @example
 * const m = createMatrix('xy', { rows: 2, cols: 2, colNames: ['x', 'y'], data: [[1, 2], [3, null]] });
 * await tblMatrix(m).rows(); // => [{ x: 1, y: 2 }, { x: 3, y: null }]
 */
export function tblMatrix<Row extends object = UntypedRow>(
  given: FileMatrix | MatrixDescriptor | string,
  options: TblMatrixOptions = {},
): Query<Row> {
  const matrix = matrixOf(given);
  const source = matrixSource(matrix);
  const query = new QueryObject({ plan: scan(source), groups: [], engine: defaultEngine });
  if (options.columns === undefined) return query as unknown as Query<Row>;
  const names = options.columns.map((column) => source.schema.names[matrix.columnIndex(column)]!);
  return query.select(...names) as unknown as Query<Row>;
}

function matrixOf(given: unknown): FileMatrix {
  if (isFileMatrix(given)) return given;
  if (typeof given === 'string' || looksLikeDescriptor(given)) {
    return openMatrix(given as string | MatrixDescriptor, { readOnly: true });
  }
  throw new EngineError(
    'argument',
    'tblMatrix takes a matrix of createMatrix or openMatrix, its descriptor, or the path of its descriptor',
    { detail: { option: 'matrix' } },
  );
}
