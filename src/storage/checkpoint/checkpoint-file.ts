/** Checkpoints on disk: one file each, replaced in one step, held by one run at a time. */
import { EngineError } from '../../base/engine-error.js';
import type { Checkpoint, CheckpointStore, OpenCheckpoint } from '../../data/doors.js';
import { tryRemoveFile } from '../disk-file.js';
import { contentOfFile, replaceFile } from '../replace-file.js';
import { sweepTemporarySiblings } from '../temporary-sibling.js';
import { MalformedBytes } from '../vtr/byte-cursor.js';
import { WriteLock } from '../write-lock.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-bytes.js';

/** Checkpoints of the file system. */
export const checkpointFiles: CheckpointStore = { open: (path) => new CheckpointFile(path) };

class CheckpointFile implements OpenCheckpoint {
  readonly #path: string;
  readonly #lock: WriteLock;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
    this.#lock = WriteLock.acquire(path);
    // What a run that was killed in the middle of writing left behind.
    sweepTemporarySiblings(path);
  }

  read(): Checkpoint | undefined {
    const bytes = contentOfFile(this.#path);
    if (bytes === undefined) return undefined;
    try {
      return decodeCheckpoint(bytes);
    } catch (cause) {
      if (!(cause instanceof MalformedBytes) && !(cause instanceof SyntaxError)) throw cause;
      throw new EngineError(
        'format',
        `${this.#path} cannot be used as a checkpoint: ${cause.message}; delete it to start from the beginning`,
        { detail: { path: this.#path }, cause },
      );
    }
  }

  async write(checkpoint: Checkpoint): Promise<void> {
    await replaceFile(this.#path, encodeCheckpoint(checkpoint), this.#lock.newFileMode);
  }

  remove(): void {
    tryRemoveFile(this.#path);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lock.release();
  }
}
