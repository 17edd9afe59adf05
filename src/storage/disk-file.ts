/** The one file layer of the TypeScript side: every open, read, write, sync and rename, so that faults are injected once. */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../base/engine-error.js';
import { ioError } from './io-error.js';

export type FileOperation =
  'open' | 'read' | 'write' | 'sync' | 'truncate' | 'link' | 'rename' | 'remove' | 'list' | 'mode' | 'make';

/** Tests: called before every operation; what it throws is what the operation fails with. */
export type FileFault = (operation: FileOperation, path: string) => void;

let fault: FileFault | undefined;

/** Sets or (undefined) takes away the fault of tests. */
export function injectFileFault(next: FileFault | undefined): void {
  fault = next;
}

const fsyncAsync = promisify(fsync);

function attempt<T>(operation: FileOperation, path: string, call: () => T): T {
  try {
    fault?.(operation, path);
    return call();
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw ioError(operation === 'mode' ? 'set the permissions of' : operation, path, cause);
  }
}

/** `read` and `change`: the file exists; `create`: it must not exist, and only its owner may read it. */
export type OpenMode = 'read' | 'change' | 'create';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
const openFlags: Record<OpenMode, number> = {
  // Opening a pipe that nobody writes to must not hang; regular files do not mind.
  read: O_RDONLY | O_NONBLOCK,
  change: O_RDWR | O_NONBLOCK,
  create: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
};

/** An open regular file. Short reads and writes are continued; failures are EngineErrors `io` or `no-space`. */
export class DiskFile {
  readonly path: string;
  #descriptor: number;

  /** @param permissions of a file that is created, less what the process's mask takes away */
  constructor(path: string, mode: OpenMode, permissions = 0o600) {
    this.path = path;
    this.#descriptor = attempt('open', path, () => openSync(path, openFlags[mode], permissions));
    try {
      if (this.#stat().isFile()) return;
      throw new EngineError('io', `${path} is not a regular file`, { detail: { path } });
    } catch (error) {
      this.close();
      if (mode === 'create') tryRemoveFile(path);
      throw error;
    }
  }

  #stat(): Stats {
    return attempt('read', this.path, () => fstatSync(this.#descriptor));
  }

  size(): number {
    return this.#stat().size;
  }

  /** When the content was last written, in milliseconds since 1970. */
  changedMillis(): number {
    return this.#stat().mtimeMs;
  }

  /** Permission bits. */
  mode(): number {
    return this.#stat().mode & 0o777;
  }

  /** Bytes from `offset` on; fewer than asked for only at the end of the file. */
  read(offset: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const got = attempt('read', this.path, () =>
        readSync(this.#descriptor, bytes, done, size - done, offset + done),
      );
      if (got === 0) break;
      done += got;
    }
    return bytes.subarray(0, done);
  }

  write(offset: number, bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      done += attempt('write', this.path, () =>
        writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done),
      );
    }
  }

  /** Resolves when all that was written through any descriptor is on the disk. */
  async sync(): Promise<void> {
    try {
      fault?.('sync', this.path);
      await fsyncAsync(this.#descriptor);
    } catch (cause) {
      throw ioError('sync', this.path, cause);
    }
  }

  truncate(size: number): void {
    attempt('truncate', this.path, () => {
      ftruncateSync(this.#descriptor, size);
    });
  }

  close(): void {
    if (this.#descriptor < 0) return;
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

/** A second name for a file; fails where something has that name already. */
export function linkFile(from: string, to: string): void {
  attempt('link', to, () => {
    linkSync(from, to);
  });
}

export function renameFile(from: string, to: string): void {
  attempt('rename', to, () => {
    renameSync(from, to);
  });
}

/** Removes a file that may not be there; answers whether it is gone. */
export function tryRemoveFile(path: string): boolean {
  try {
    fault?.('remove', path);
    unlinkSync(path);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

export function setFileMode(path: string, mode: number): void {
  attempt('mode', path, () => {
    chmodSync(path, mode);
  });
}

/** Makes a folder whose own folder exists; answers whether there was none. */
export function makeFolder(path: string): boolean {
  try {
    attempt('make', path, () => {
      mkdirSync(path);
    });
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.detail['errno'] === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a folder if it is there and empty. */
export function tryRemoveFolder(path: string): void {
  try {
    fault?.('remove', path);
    rmdirSync(path);
  } catch {
    // Whoever put something into it wants it.
  }
}

/** The path with all links resolved; undefined when there is nothing. */
export function realPathOf(path: string): string | undefined {
  try {
    return attempt('read', path, () => realpathSync(path));
  } catch (error) {
    if (error instanceof EngineError && error.detail['errno'] === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether there is anything of this name, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  return attempt('read', path, () => lstatSync(path, { throwIfNoEntry: false })) !== undefined;
}

/** Which file stands at a path, and in which state: other text once it was replaced or written to; undefined: none does. */
export function stateOfFile(path: string): string | undefined {
  const found = attempt('read', path, () => statSync(path, { bigint: true, throwIfNoEntry: false }));
  if (found === undefined) return undefined;
  const { dev, ino, size, mtimeNs } = found;
  return `${String(dev)}:${String(ino)}:${String(size)}:${String(mtimeNs)}`;
}

/** Names in the folder of a file. */
export function siblingsOf(path: string): string[] {
  return attempt('list', dirname(path), () => readdirSync(dirname(path)));
}

/** Makes names created or renamed in the folder of `path` durable. */
export async function syncFolderOf(path: string): Promise<void> {
  const folder = dirname(path);
  const descriptor = attempt('open', folder, () => openSync(folder, O_RDONLY));
  try {
    fault?.('sync', folder);
    await fsyncAsync(descriptor);
  } catch (cause) {
    throw ioError('sync', folder, cause);
  } finally {
    closeSync(descriptor);
  }
}
