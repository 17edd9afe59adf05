/** AnnoyIndex: an Annoy file with what is known of it, opened when it is searched. */
import { basename } from 'node:path';
import { inspect } from 'node:util';
import { EngineError } from '../../base/engine-error.js';
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import type { OpenVectorIndex, VectorIndex } from '../../data/doors.js';
import type { NativeAnnoy } from '../../native/annoy.js';
import type { AnnoyPaths } from '../../storage/annoy/annoy-pair.js';
import type { AnnoySidecar } from '../../storage/annoy/sidecar.js';

/** An index that was opened, for the functions that make one. */
export interface AnnoyIndexParts {
  readonly paths: AnnoyPaths;
  readonly metric: AnnoyMetric;
  /** Undefined: a file without one. */
  readonly sidecar: AnnoySidecar | undefined;
  readonly file: NativeAnnoy;
  readonly loadMode: 'lazy' | 'eager';
  readonly prefault: boolean;
  /** Opens the same file again. @throws EngineError `changed` when another has taken its place */
  readonly reopen: () => NativeAnnoy;
}

/**
 * An index of approximate neighbours in a file that Annoy, too, can read; made by `buildAnnoy` and `openAnnoy`.
 *
 * It describes the file that was opened. Searches that run when the file is replaced, or the index closed, go on with the
 * file they began with.
 */
export class AnnoyIndex implements VectorIndex, AsyncDisposable {
  readonly path: string;
  /** Its sidecar; undefined for a file without one. */
  readonly metadataPath: string | undefined;
  /** `annoy-20260327005522-c2eab887babb`; undefined without a sidecar, as all that only a sidecar knows. */
  readonly id: string | undefined;
  readonly metric: AnnoyMetric;
  readonly trees: number;
  readonly items: number;
  readonly dimension: number;
  readonly buildSeed: number | bigint | undefined;
  /** As asked for; −1: not. */
  readonly buildThreads: number | undefined;
  readonly buildBackend: string | undefined;
  readonly loadMode: 'lazy' | 'eager';
  /** In bytes. */
  readonly fileSize: number;
  readonly fileMd5: string | undefined;
  readonly prefault: boolean;
  readonly #reopen: () => NativeAnnoy;
  readonly #roots: number;
  #file: NativeAnnoy | undefined;

  constructor({ paths, metric, sidecar, file, loadMode, prefault, reopen }: AnnoyIndexParts) {
    this.path = paths.path;
    this.metadataPath = sidecar === undefined ? undefined : paths.metadataPath;
    this.id = sidecar?.id;
    this.metric = metric;
    this.trees = sidecar?.trees ?? file.roots;
    this.items = file.items;
    this.dimension = file.dimension;
    this.buildSeed = sidecar?.buildSeed;
    this.buildThreads = sidecar?.buildThreads;
    this.buildBackend = sidecar?.buildBackend;
    this.loadMode = loadMode;
    this.fileSize = file.bytes;
    this.fileMd5 = sidecar?.fileMd5;
    this.prefault = prefault;
    this.#reopen = reopen;
    this.#roots = file.roots;
    this.#file = loadMode === 'eager' ? file : undefined;
  }

  /** Name of the file. */
  get label(): string {
    return basename(this.path);
  }

  get rows(): number {
    return this.items;
  }

  get columns(): number {
    return this.dimension;
  }

  /** Whether the file is mapped. */
  get isLoaded(): boolean {
    return this.#file !== undefined;
  }

  /** Candidates that a search for `k` neighbours collects when nothing is said of it: `k` for each tree, as Annoy has it. */
  usualSearchK(k: number): number {
    return k * this.#roots;
  }

  /** For plans: what the engine searches. @throws EngineError `changed` when another file has taken its place */
  async open(): Promise<OpenVectorIndex> {
    const { object } = this.#loaded();
    return { index: { nativeScan: object }, close: async () => undefined };
  }

  /** Lets go of the file; the next search opens it again. Searches that run go on. Safe to call again. */
  async close(): Promise<void> {
    this.#file = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #loaded(): NativeAnnoy {
    return (this.#file ??= this.#reopen());
  }

  toString(): string {
    const lines: readonly (readonly [string, string | number | bigint | boolean | undefined])[] = [
      ['path', this.path],
      ['metadata', this.metadataPath],
      ['index_id', this.id],
      ['metric', this.metric],
      ['trees', this.trees],
      ['items', this.items],
      ['dimension', this.dimension],
      ['build_seed', this.buildSeed],
      ['build_threads', this.buildThreads],
      ['build_backend', this.buildBackend],
      ['load_mode', this.loadMode],
      ['loaded', this.isLoaded],
      ['file_size', this.fileSize],
      ['file_md5', this.fileMd5],
      ['prefault', this.prefault],
    ];
    const shown = lines.map(
      ([name, value]) => `  ${name}: ${value === undefined ? 'unknown' : String(value)}`,
    );
    return ['<annoy index>', ...shown].join('\n');
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** That an index closed before has become another one. */
export function replacedError(path: string, what: string): EngineError {
  return new EngineError('changed', `${path} is not the index that was opened: ${what}; open it again`, {
    detail: { path, what },
  });
}
