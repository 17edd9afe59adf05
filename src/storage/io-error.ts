/** System errors of file operations as EngineErrors that name the operation, the path and what to do. */
import type { ErrorCode } from '../base/engine-error.js';
import { EngineError } from '../base/engine-error.js';

const advice = new Map<string, readonly [ErrorCode, string]>([
  ['ENOENT', ['io', 'it does not exist']],
  ['EACCES', ['io', 'permission was denied']],
  ['EPERM', ['io', 'permission was denied']],
  ['EROFS', ['io', 'the file system is read-only']],
  ['EISDIR', ['io', 'it is a folder']],
  ['ENOTDIR', ['io', 'a part of the path is no folder']],
  ['EMFILE', ['io', 'the process has too many open files']],
  ['ENAMETOOLONG', ['io', 'a name in it is too long']],
  ['ERR_INVALID_ARG_VALUE', ['argument', 'it is no path']],
  ['ERR_INVALID_ARG_TYPE', ['argument', 'it is no path']],
  ['ENOSPC', ['no-space', 'the disk is full']],
  ['EFBIG', ['no-space', 'the file is as large as it may be']],
  ['EDQUOT', ['no-space', 'the disk quota is used up']],
]);

/** @param what the operation as a verb: `open`, `read`, `write` */
export function ioError(what: string, path: string, cause: unknown): EngineError {
  const system = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
  const [code, reason] = advice.get(system) ?? (['io', system] as const);
  return new EngineError(code, `cannot ${what} ${path}: ${reason}`, {
    detail: { path, errno: system },
    cause,
  });
}
