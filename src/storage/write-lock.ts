/** One writer at a time: a lock file beside the file being written, taken over when its owner is dead. */
import { randomBytes } from 'node:crypto';
import { EngineError } from '../base/engine-error.js';
import { DiskFile, renameFile, tryRemoveFile } from './disk-file.js';
import type { ProcessIdentity } from './process-identity.js';
import { isGone, ownIdentity } from './process-identity.js';

const maxLockBytes = 4096;
const attempts = 3;

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, start, host } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(pid) && Number(pid) > 0 && typeof start === 'string' && typeof host === 'string'
  );
}

function readLock(path: string): { text: string; owner: ProcessIdentity | undefined } {
  const file = new DiskFile(path, 'read');
  try {
    const text = new TextDecoder().decode(file.read(0, maxLockBytes));
    const value: unknown = JSON.parse(text);
    return { text, owner: isIdentity(value) ? value : undefined };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    return { text: '', owner: undefined };
  } finally {
    file.close();
  }
}

function exists(error: unknown): boolean {
  return error instanceof EngineError && error.detail['errno'] === 'EEXIST';
}

function missing(error: unknown): boolean {
  return error instanceof EngineError && error.detail['errno'] === 'ENOENT';
}

/** Removes a dead owner's lock, and no other: it is moved aside first, and only then looked at. */
function takeAway(path: string): void {
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    renameFile(path, aside);
  } catch (error) {
    if (missing(error)) return;
    throw error;
  }
  const { owner } = readLock(aside);
  // A living writer took the lock in between: it gets it back.
  if (owner !== undefined && !isGone(owner)) renameFile(aside, path);
  else tryRemoveFile(aside);
}

/** The lock of one file; `release` when the writing is over. */
export class WriteLock {
  readonly #path: string;
  /** Permissions that this process gives new files. */
  readonly newFileMode: number;

  private constructor(path: string, newFileMode: number) {
    this.#path = path;
    this.newFileMode = newFileMode;
  }

  /** @throws EngineError `locked` while another writer has the file; `io` */
  static acquire(target: string): WriteLock {
    const path = `${target}.lock`;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      try {
        const file = new DiskFile(path, 'create', 0o666);
        try {
          file.write(0, new TextEncoder().encode(JSON.stringify(ownIdentity())));
          return new WriteLock(path, file.mode());
        } catch (error) {
          tryRemoveFile(path);
          throw error;
        } finally {
          file.close();
        }
      } catch (error) {
        if (!exists(error)) throw notWritable(target, path, error);
      }
      try {
        const { owner } = readLock(path);
        if (owner === undefined || !isGone(owner)) throw lockedError(target, path, owner);
      } catch (error) {
        if (missing(error)) continue;
        throw error;
      }
      takeAway(path);
    }
    throw lockedError(target, path, undefined);
  }

  release(): void {
    tryRemoveFile(this.#path);
  }
}

/** What kept the lock from being made, as an error about the file that the caller knows. */
function notWritable(target: string, lock: string, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  const why = missing(error) ? 'its folder does not exist' : error.message;
  return new EngineError(error.code, `cannot write ${target}: ${why}`, {
    detail: { ...error.detail, path: target, lock },
    cause: error,
  });
}

function lockedError(target: string, path: string, owner: ProcessIdentity | undefined): EngineError {
  const who = owner === undefined ? 'another writer' : `process ${owner.pid} on ${owner.host}`;
  return new EngineError(
    'locked',
    `${target} is being written by ${who}; wait for it, or remove ${path} if that writer is gone`,
    { detail: { path: target, lock: path, ...(owner === undefined ? {} : { pid: owner.pid }) } },
  );
}
