/** The matrices of a job as its checkpoint remembers them: relative to its folder, found again, and known to be the same. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import { realPathOf } from '../../storage/disk-file.js';
import type { MatrixDescriptor } from '../../storage/matrix/descriptor.js';
import type { FileMatrix } from '../../storage/matrix/file-matrix.js';
import { openMatrix } from '../../storage/matrix/open-matrix.js';
import type { MatrixRecord } from './job-manifest.js';

/** @param folder of the checkpoint   @param fingerprint of the content, null for what is written */
export function recordMatrix(
  role: string,
  matrix: FileMatrix,
  folder: string,
  fingerprint: string | null,
): MatrixRecord {
  const { path, descriptor } = matrix;
  return {
    role,
    path: path === null ? null : portablePath(folder, path),
    folder: portablePath(folder, descriptor.dirname ?? '.'),
    filename: descriptor.filename,
    total: [descriptor.totalRows, descriptor.totalCols],
    rows: descriptor.rowOffset,
    cols: descriptor.colOffset,
    type: descriptor.type,
    separated: descriptor.separated,
    fingerprint,
  };
}

/** Relative with `/` when the path is inside the folder, else absolute. */
function portablePath(folder: string, path: string): string {
  const absolute = resolve(path);
  const way = relative(folder, absolute);
  if (way === '') return '.';
  return isInside(way) ? way.split(sep).join('/') : absolute;
}

function isInside(way: string): boolean {
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export interface FindMatrix {
  /** Of the checkpoint. */
  readonly folder: string;
  /** Path of the checkpoint, for messages. */
  readonly checkpoint: string;
  readonly allowOutside: boolean;
  readonly readOnly: boolean;
}

/**
 * Opens a matrix of a checkpoint again.
 *
 * @throws EngineError `io` naming a descriptor or data file that is not there; `format` for one of another size; `changed`
 *   for a matrix of another shape; `argument` for one outside of the checkpoint's folder, unless that is allowed
 */
export function findMatrix(record: MatrixRecord, how: FindMatrix): FileMatrix {
  const { allowOutside, readOnly } = how;
  if (record.path !== null) {
    const path = placeOf(record.role, record.path, how);
    const matrix = openMatrix(path, { allowOutside, readOnly });
    try {
      checkSame(record, matrix.descriptor, path);
    } catch (error) {
      matrix.close();
      throw error;
    }
    return matrix;
  }
  const dirname = `${placeOf(record.role, record.folder, how)}/`;
  const descriptor: MatrixDescriptor = {
    sharedType: 'FileBacked',
    filename: record.filename,
    dirname,
    totalRows: record.total[0],
    totalCols: record.total[1],
    rowOffset: record.rows,
    colOffset: record.cols,
    nrow: record.rows[1],
    ncol: record.cols[1],
    rowNames: null,
    colNames: null,
    type: record.type,
    separated: record.separated,
  };
  return openMatrix(descriptor, { allowOutside, readOnly });
}

/** Where a path of a checkpoint leads, links followed. */
function placeOf(role: string, path: string, { folder, checkpoint, allowOutside }: FindMatrix): string {
  const place = resolve(folder, path);
  if (allowOutside) return place;
  const home = realPathOf(folder) ?? folder;
  const real = realPathOf(place) ?? place;
  if (isInside(relative(folder, place)) && (real === place || isInside(relative(home, real)))) return place;
  throw new EngineError(
    'argument',
    `${checkpoint} says that the ${role} is ${real}, which is outside of its folder; give allowOutside: true if you ` +
      'trust it, or keep checkpoint and matrices in one folder',
    { detail: { path: real, checkpoint, option: 'allowOutside' } },
  );
}

/** A descriptor says what it said when the job began; a destination may have become longer. */
function checkSame(record: MatrixRecord, found: MatrixDescriptor, path: string): void {
  const written = record.fingerprint === null;
  const same =
    record.type === found.type &&
    record.rows[0] === found.rowOffset[0] &&
    (written ? record.rows[1] <= found.nrow : record.rows[1] === found.nrow) &&
    record.cols[0] === found.colOffset[0] &&
    record.cols[1] === found.ncol;
  if (same) return;
  const was = `${String(record.rows[1])} × ${String(record.cols[1])} ${record.type}`;
  throw new EngineError(
    'changed',
    `${path} describes ${found.nrow} × ${found.ncol} ${found.type}, and when the job began it described ${was}: it is ` +
      `not the ${record.role} of this job`,
    { detail: { path, role: record.role, what: 'shape' } },
  );
}

/** @throws EngineError `changed` naming a matrix whose content is not what it was */
export async function checkFingerprint(
  record: MatrixRecord,
  matrix: FileMatrix,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (record.fingerprint === null) return;
  const found = await matrix.fingerprint({ signal });
  if (found === record.fingerprint) return;
  const path = matrix.path ?? matrix.files[0] ?? record.filename;
  throw new EngineError(
    'changed',
    `the ${record.role} ${path} is not what it was when the job began: its values have changed; restore it, or begin ` +
      'the job anew',
    { detail: { path, role: record.role, what: 'content' } },
  );
}
