/** AnnoyIndex: an Annoy file with what is known of it, opened when it is searched. */
import { basename } from 'node:path';
import { inspect } from 'node:util';
import { EngineError } from '../../base/engine-error.js';
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import type { OpenVectorIndex, VectorIndex } from '../../data/doors.js';
import type { NativeAnnoy } from '../../native/annoy.js';
import type { AnnoyPaths } from '../../storage/annoy/annoy-pair.js';
import type { AnnoySidecar } from '../../storage/annoy/sidecar.js';
import type { ValidateAnnoyOptions } from './annoy-options.js';
import { knownValidation } from './annoy-options.js';
import type { AnnoyResult, AnnoyWritten } from './annoy-results.js';
import { searchAnnoy } from './annoy-search.js';
import type { AnnoyQuery, AnnoySearchIntoOptions, AnnoySearchOptions } from './annoy-search-options.js';
import { isSearchOptions, knownAnnoySearch } from './annoy-search-options.js';
import type { AnnoyCheck } from './annoy-validate.js';
import { checkAnnoy } from './annoy-validate.js';

/** What `validate` has found. */
export interface AnnoyValidation {
  /** No check failed, but for warnings. */
  readonly valid: boolean;
  /** In the order in which they were made; those that make no sense after one that failed are left out. */
  readonly checks: readonly AnnoyCheck[];
  readonly index: AnnoyIndex;
}

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
  readonly #paths: AnnoyPaths;
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
    this.#paths = paths;
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

  /**
   * Some of the nearest items of each query, as Annoy finds them for the same file and `searchK`; without a query, of each item
   * among the others.
   *
   * Approximate: trees lead to `searchK` candidates, whose distances are compared. More candidates, and more trees, find more.
   * Results are the same bits whatever the threads, the memory and the processor. Nothing but `search` and `annoyJoin` ever
   * searches approximately.
   *
   * Cost: about `searchK` distances of floats for each query.
   *
   * @param query one vector, or rows wherever they are: a matrix, its descriptor or the path of that, a query or table,
   *   `{ data, rows, cols }`, an array of rows, sparse rows
   * @throws EngineError `argument` for anything asked that cannot be (k beyond the items, other columns, destinations of another
   *   shape), before anything is computed or written; `data` naming a query that cannot be compared; `format` for damage that is
   *   met; `changed` for a file that was cut, or became another one; `memory`, `cancelled`
   * @example
   * const rows = [[0, 0], [5, 0], [0, 5], [5, 5], [9, 9]]
   * const index = await buildAnnoy(rows, { path: 'ref.ann', metric: 'manhattan' })
   * const one = await index.search([4, 4], { k: 2 })
   * one.index                 // => Uint32Array(2) [3, 1]
   * one.distance              // => Float64Array(2) [2, 5]
   * const all = await index.search({ k: 1, base: 1 })
   * all.index                 // => Uint32Array(5) [2, 1, 1, 2, 4]
   */
  search(options?: AnnoySearchOptions): Promise<AnnoyResult>;
  search(options: AnnoySearchIntoOptions): Promise<AnnoyWritten>;
  search(query: AnnoyQuery | undefined, options?: AnnoySearchOptions): Promise<AnnoyResult>;
  search(query: AnnoyQuery | undefined, options: AnnoySearchIntoOptions): Promise<AnnoyWritten>;
  async search(
    query?: AnnoyQuery | AnnoySearchOptions | AnnoySearchIntoOptions,
    options?: AnnoySearchOptions | AnnoySearchIntoOptions,
  ): Promise<AnnoyResult | AnnoyWritten> {
    const alone = options === undefined && isSearchOptions(query);
    const known = knownAnnoySearch(alone ? query : options);
    const { label, path, metric, trees } = this;
    const index = { label, path, metric, trees, file: this.#loaded() };
    return searchAnnoy(index, alone ? undefined : (query as AnnoyQuery | undefined), known);
  }

  /**
   * Holds the files, as they are now, against each other and against this index: that they are there, size, time, name and MD5;
   * and with `load`, that the index opens, and that every tree is whole and holds every item once.
   *
   * Cost: one pass over the file for the MD5, and one for the structure.
   *
   * @throws EngineError with `strict`, `format` naming the first check that failed; `cancelled`
   * @example
   * const index = await buildAnnoy([[0, 0], [5, 0], [0, 5]], { path: 'three.ann' })
   * const { valid, checks } = await index.validate({ strict: false })
   * valid              // => true
   * checks[0].check    // => 'file'
   */
  async validate(options: ValidateAnnoyOptions = {}): Promise<AnnoyValidation> {
    const known = knownValidation(options);
    const { id, metric, dimension, items, trees, fileSize, metadataPath } = this;
    const bare = metadataPath === undefined;
    const paths = this.#paths;
    const checks = await checkAnnoy({ paths, id, metric, dimension, items, trees, fileSize, bare }, known);
    const failed = checks.find(({ passed, severity }) => !passed && severity === 'error');
    if (failed !== undefined && known.strict) {
      throw new EngineError(
        'format',
        `${this.path} failed the check of its ${failed.check}: ${failed.text}`,
        {
          detail: { path: this.path, check: failed.check, checks },
        },
      );
    }
    return { valid: failed === undefined, checks, index: this };
  }

  /** For plans: tells this index from others. @throws EngineError `unsupported` for a file without sidecar */
  async fingerprint(): Promise<string> {
    if (this.fileMd5 !== undefined) return `annoy ${this.fileMd5} ${String(this.fileSize)}`;
    throw new EngineError(
      'unsupported',
      `${this.path} has no sidecar, and so nothing by which it would be known again; build the index here, or do without a checkpoint`,
      { detail: { path: this.path } },
    );
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
