/** The error that a file raises whose bytes are not what the format says. */
import { EngineError } from '../../base/engine-error.js';

/** @param offset byte of the file where `what` was found */
export function damaged(path: string, offset: number, what: string, cause?: unknown): EngineError {
  return new EngineError(
    'format',
    `${path} is damaged at byte ${offset}: ${what}; restore it from a copy or write it again`,
    { detail: { path, offset, what }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** Not a .vtr file at all, or one of a version this release does not read. */
export function foreign(path: string, what: string): EngineError {
  return new EngineError('format', `${path} cannot be read as .vtr: ${what}`, { detail: { path, what } });
}
