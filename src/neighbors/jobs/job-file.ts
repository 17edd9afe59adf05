/** The checkpoint file of a job: held by one process at a time, replaced in one step, read with every doubt. */
import { basename, dirname, join, resolve } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import { realPathOf, tryRemoveFile } from '../../storage/disk-file.js';
import { contentOfFile, replaceFile } from '../../storage/replace-file.js';
import { sweepTemporarySiblings } from '../../storage/temporary-sibling.js';
import { WriteLock } from '../../storage/write-lock.js';
import { EditedManifest, decodeManifest, mostManifestBytes } from './decode-manifest.js';
import type { JobManifest } from './job-manifest.js';
import { encodeManifest } from './job-manifest.js';
import { MalformedManifest } from './manifest-fields.js';

export class JobFile {
  /** Absolute. */
  readonly path: string;
  readonly #lock: WriteLock;
  #closed = false;

  private constructor(path: string, lock: WriteLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** @throws EngineError `locked` while another run has the job, `io` */
  static open(path: string): JobFile {
    const absolute = resolve(path);
    const file = new JobFile(absolute, WriteLock.acquire(absolute));
    // What a run that was killed in the middle of writing left behind.
    sweepTemporarySiblings(absolute);
    return file;
  }

  get name(): string {
    return basename(this.path);
  }

  get folder(): string {
    return dirname(this.path);
  }

  /**
   * Path of a file of the job's own, beside the checkpoint: `graph-job.json.counts`.
   *
   * @throws EngineError `argument` for a link, which could lead anywhere
   */
  beside(what: string): string {
    const path = join(this.folder, `${this.name}.${what}`);
    const real = realPathOf(path);
    if (real === undefined || real === join(realPathOf(this.folder) ?? this.folder, basename(path)))
      return path;
    throw new EngineError(
      'argument',
      `${path} is a link to ${real}; the job keeps its own file there: remove the link`,
      { detail: { path, real } },
    );
  }

  /** Permissions of the job's new files. */
  get newFileMode(): number {
    return this.#lock.newFileMode;
  }

  read(): JobManifest | undefined {
    return readManifest(this.path);
  }

  /** Whatever the manifest says must be on the disk before. */
  async write(manifest: JobManifest): Promise<void> {
    await replaceFile(this.path, encodeManifest(manifest), this.newFileMode);
  }

  remove(): void {
    tryRemoveFile(this.path);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lock.release();
  }
}

/** What the checkpoint at `path` says, undefined where there is none. @throws EngineError `format`, `changed`, `io` */
export function readManifest(path: string): JobManifest | undefined {
  const bytes = contentOfFile(path, mostManifestBytes + 1);
  if (bytes === undefined) return undefined;
  const manifest = decoded(path, bytes);
  const name = basename(path);
  if (manifest.name === name) return manifest;
  throw new EngineError(
    'changed',
    `${path} is the checkpoint of another job: it was written as ${JSON.stringify(manifest.name)}; give it that name ` +
      'again, in the folder of its matrices, to go on with that job',
    { detail: { path, what: 'name', name: manifest.name } },
  );
}

function decoded(path: string, bytes: Uint8Array): JobManifest {
  try {
    return decodeManifest(bytes);
  } catch (cause) {
    if (!(cause instanceof MalformedManifest)) throw cause;
    if (cause instanceof EditedManifest)
      throw new EngineError(
        'changed',
        `${path} was changed since the job wrote it: ${cause.message}; to compute rows again, give ` +
          'resumeJob { from: { row } } and leave the file as it was',
        { detail: { path, what: 'checkpoint' }, cause },
      );
    throw new EngineError('format', `${path} cannot be used as the checkpoint of a job: ${cause.message}`, {
      detail: { path },
      cause,
    });
  }
}
