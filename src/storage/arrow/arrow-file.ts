/** Arrow IPC files (`.arrow`, `.feather`) as a source. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import type { Source } from '../../data/doors.js';
import { ioError } from '../io-error.js';
import { arrowIpcSource } from '../memory/memory-source.js';

/** The file is held in memory: beyond this size that would not be bounded memory any more. */
const limitBytes = 2 ** 31 - 1;

/**
 * Reads an Arrow IPC file whole.
 *
 * @throws EngineError `io`, `format`, `limit` above 2 GiB
 */
export function readArrowFile(path: string): Source {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > limitBytes) {
      throw new EngineError(
        'limit',
        `${path} has ${size} bytes; Arrow files are read whole, up to ${limitBytes} bytes`,
        {
          detail: { path },
        },
      );
    }
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw ioError('read', path, cause);
  }
  return arrowIpcSource(bytes, basename(path));
}
