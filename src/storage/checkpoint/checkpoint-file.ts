/** Checkpoints on disk: one file each, replaced in one step, held by one run at a time. */
import { EngineError } from '../../base/engine-error.js';
import type { Checkpoint, CheckpointStore, OpenCheckpoint } from '../../data/doors.js';
import { DiskFile, renameFile, setFileMode, syncFolderOf, tryRemoveFile } from '../disk-file.js';
import { sweepTemporarySiblings, temporarySibling } from '../temporary-sibling.js';
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
    const bytes = contentOf(this.#path);
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
    const draft = temporarySibling(this.#path);
    const file = new DiskFile(draft, 'create');
    try {
      file.write(0, encodeCheckpoint(checkpoint));
      await file.sync();
      file.close();
      setFileMode(draft, this.#lock.newFileMode);
      renameFile(draft, this.#path);
    } catch (error) {
      file.close();
      tryRemoveFile(draft);
      throw error;
    }
    await syncFolderOf(this.#path);
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

function contentOf(path: string): Uint8Array | undefined {
  let file: DiskFile;
  try {
    file = new DiskFile(path, 'read');
  } catch (error) {
    if (error instanceof EngineError && error.detail['errno'] === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return file.read(0, file.size());
  } finally {
    file.close();
  }
}
