/** Takes back a matrix that was made and could not be filled. */
import { tryRemoveFile } from '../../storage/disk-file.js';
import type { FileMatrix } from '../../storage/matrix/file-matrix.js';

/** The descriptor goes first: whoever finds it finds the data. */
export function removeMatrixFiles(matrix: FileMatrix): void {
  matrix.close();
  if (matrix.path !== null) tryRemoveFile(matrix.path);
  for (const file of matrix.files) tryRemoveFile(file);
}
