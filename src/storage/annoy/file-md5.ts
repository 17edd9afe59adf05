/** The MD5 of a file, as `md5sum` gives it: names an index, and tells whether it is whole. */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfCancelled } from '../../base/cancel.js';
import { DiskFile } from '../disk-file.js';

/** Bytes hashed between two turns of the event loop: less than a millisecond. */
const stepBytes = 1 << 18;

export interface FileMd5Options {
  readonly signal?: AbortSignal | undefined;
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

/** 32 hexadecimal digits. Cost: one pass over the file, at about 500 MB/s. @throws EngineError `io`, `cancelled` */
export async function md5OfFile(path: string, { signal, onFraction }: FileMd5Options = {}): Promise<string> {
  const file = new DiskFile(path, 'read');
  try {
    const size = file.size();
    const hash = createHash('md5');
    for (let at = 0; ;) {
      throwIfCancelled(signal);
      const bytes = file.read(at, stepBytes);
      hash.update(bytes);
      at += bytes.length;
      if (bytes.length < stepBytes) return hash.digest('hex');
      onFraction?.(Math.min(1, at / size));
      await nextTurn();
    }
  } finally {
    file.close();
  }
}
