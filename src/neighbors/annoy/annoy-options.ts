/** The options of building, opening and searching Annoy indexes, checked before anything is read, computed or written. */
import { resolve } from 'node:path';
import { checkWhole } from '../../base/assert.js';
import type { ByteSize } from '../../base/byte-size.js';
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { OnProgress } from '../../base/progress.js';
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import { annoyMetricIds } from '../../data/annoy-metric.js';
import { annoyMostDimensions } from '../../native/annoy.js';
import { optionsOf } from '../../query/names.js';
import type { AnnoyPaths } from '../../storage/annoy/annoy-pair.js';
import type { KnownSearch } from '../search-options.js';
import { knownSearch, oneOf } from '../search-options.js';

export interface BuildAnnoyOptions {
  /** The index file; its sidecar is `path + '.meta'`. What is there is replaced when the new one is whole. */
  readonly path: string;
  /** More trees find more and take more room; 50 by default. −1: as many as take the room of the items again. */
  readonly trees?: number | undefined;
  /** `euclidean` by default. */
  readonly metric?: AnnoyMetric | undefined;
  /** From 1 to 2^64 − 1; the same by default in every build. */
  readonly seed?: number | bigint | undefined;
  /**
   * `tree` (default): each tree has random numbers of its own, and trees grow side by side; the bytes do not depend on threads.
   * `annoy`: Annoy's own sequence through all trees, on one thread; the bytes are Annoy's.
   */
  readonly seeding?: 'tree' | 'annoy' | undefined;
  /** With `seeding: 'annoy'`: the bytes of an Annoy that was compiled to fuse products and sums (default), or not. */
  readonly fused?: boolean | undefined;
  readonly threads?: number | undefined;
  /** Most memory for items and trees on their way: bytes or text such as `'64MB'`. The bytes written never depend on it. */
  readonly memory?: ByteSize | undefined;
  /** Rows per read, as bigANNOY has it. It is checked and has no effect: rows are read in blocks that fit the memory. */
  readonly blockRows?: number | undefined;
  /** Grow the trees over the file instead of items in memory; by default only when they do not fit. */
  readonly onDisk?: boolean | undefined;
  /** Whether the index given back is open (`eager`), or opens with the first search (`lazy`, default). */
  readonly loadMode?: 'lazy' | 'eager' | undefined;
  /** Another place for the sidecar. */
  readonly metadataPath?: string | undefined;
  /** Called about ten times a second on the JavaScript thread. */
  readonly onProgress?: OnProgress | undefined;
  /** Stops the build within 100 ms; the call rejects with code `cancelled`, and nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

const buildNames = [
  'path',
  'trees',
  'metric',
  'seed',
  'seeding',
  'fused',
  'threads',
  'memory',
  'blockRows',
  'onDisk',
  'loadMode',
  'metadataPath',
  'onProgress',
  'signal',
] as const satisfies readonly (keyof BuildAnnoyOptions)[];

export interface KnownBuild {
  readonly paths: AnnoyPaths;
  readonly trees: number;
  readonly metric: AnnoyMetric;
  readonly seed: bigint;
  readonly perTree: boolean;
  readonly fused: boolean;
  readonly onDisk: boolean | undefined;
  readonly loadMode: 'lazy' | 'eager';
  readonly search: KnownSearch;
}

/** What Annoy takes when it is given none. */
const usualSeed = 1_234_567_890_987_654_321n;
const mostTrees = 2 ** 31 - 1;

/** @throws EngineError `argument`, `cancelled` */
export function knownBuild(options: unknown): KnownBuild {
  const what = 'buildAnnoy';
  const given = optionsOf(options, buildNames, what) as unknown as BuildAnnoyOptions;
  const { trees = 50, seeding = 'tree', fused, onDisk, loadMode = 'lazy', blockRows } = given;
  const paths = knownPaths(given.path, given.metadataPath, what);
  if (trees !== -1) checkWhole('trees', trees, 1, mostTrees);
  const perTree = oneOf('seeding', seeding, ['tree', 'annoy']) === 'tree';
  if (perTree && fused !== undefined) {
    throw new EngineError('argument', "fused is how Annoy itself was compiled: it needs seeding: 'annoy'", {
      detail: { option: 'fused' },
    });
  }
  if (blockRows !== undefined) checkWhole('blockRows', blockRows, 1);
  const { metric, ...watched } = given;
  return {
    paths,
    trees,
    metric: knownAnnoyMetric(metric ?? 'euclidean', what),
    seed: knownSeed(given.seed),
    perTree,
    fused: truth('fused', fused) ?? true,
    onDisk: truth('onDisk', onDisk),
    loadMode: oneOf('loadMode', loadMode, ['lazy', 'eager']),
    search: knownSearch({ ...watched }, what),
  };
}

export interface OpenAnnoyOptions {
  /** Whether the file is mapped at once (`eager`, default), or with the first search. */
  readonly loadMode?: 'lazy' | 'eager' | undefined;
  /** Read the whole file in when it is mapped, so that the first searches need not wait for the disk. */
  readonly prefault?: boolean | undefined;
  /** The sidecar, when it is not at `path + '.meta'`. */
  readonly metadataPath?: string | undefined;
  /** For a file without a sidecar, both; with one, they must agree with it. */
  readonly metric?: AnnoyMetric | undefined;
  readonly dimension?: number | undefined;
}

const openNames = [
  'loadMode',
  'prefault',
  'metadataPath',
  'metric',
  'dimension',
] as const satisfies readonly (keyof OpenAnnoyOptions)[];

export interface KnownOpen {
  readonly paths: AnnoyPaths;
  readonly loadMode: 'lazy' | 'eager';
  readonly prefault: boolean;
  readonly metric: AnnoyMetric | undefined;
  readonly dimension: number | undefined;
}

/** @throws EngineError `argument` */
export function knownOpen(path: unknown, options: unknown): KnownOpen {
  const what = 'openAnnoy';
  const given = optionsOf(options, openNames, what) as OpenAnnoyOptions;
  const { loadMode = 'eager', prefault, metric, dimension } = given;
  return {
    paths: knownPaths(path, given.metadataPath, what),
    loadMode: oneOf('loadMode', loadMode, ['lazy', 'eager']),
    prefault: truth('prefault', prefault) ?? false,
    metric: metric === undefined ? undefined : knownAnnoyMetric(metric, what),
    dimension:
      dimension === undefined ? undefined : checkWhole('dimension', dimension, 1, annoyMostDimensions),
  };
}

export interface ValidateAnnoyOptions {
  /** Throw for the first check that fails, but for warnings; by default. */
  readonly strict?: boolean | undefined;
  /** Open the file and walk every tree; by default. */
  readonly load?: boolean | undefined;
  readonly threads?: number | undefined;
  /** Stops within 100 ms; the call rejects with code `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

const validateNames = [
  'strict',
  'load',
  'threads',
  'signal',
] as const satisfies readonly (keyof ValidateAnnoyOptions)[];

export interface KnownValidation {
  readonly strict: boolean;
  readonly load: boolean;
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** @throws EngineError `argument`; `cancelled` */
export function knownValidation(options: unknown): KnownValidation {
  const given = optionsOf(options, validateNames, 'validate') as ValidateAnnoyOptions;
  const { threads, signal } = knownSearch({ threads: given.threads, signal: given.signal }, 'validate');
  return {
    strict: truth('strict', given.strict) ?? true,
    load: truth('load', given.load) ?? true,
    threads,
    signal,
  };
}

/** True, false or nothing. @throws EngineError `argument` */
export function truth(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new EngineError('argument', `${name} must be true or false`, { detail: { option: name } });
}

const metricNames = Object.keys(annoyMetricIds) as AnnoyMetric[];
/** What other libraries call these metrics. */
const otherNames: ReadonlyMap<unknown, AnnoyMetric> = new Map([
  ['cosine', 'angular'],
  ['innerProduct', 'dot'],
  ['sqeuclidean', 'euclidean'],
]);

function knownAnnoyMetric(given: unknown, what: string): AnnoyMetric {
  const found = metricNames.find((name) => name === given);
  if (found !== undefined) return found;
  const shown = typeof given === 'string' ? JSON.stringify(given) : typeof given;
  const other = otherNames.get(given);
  const near = didYouMean(typeof given === 'string' ? given : '', metricNames, 'metrics');
  const remedy =
    other === undefined ? near : `; nearest to it is "${other}". metrics are ${metricNames.join(', ')}`;
  throw new EngineError('argument', `${what} has no metric ${shown}${remedy}`, {
    detail: { option: 'metric' },
  });
}

function knownSeed(given: unknown): bigint {
  if (given === undefined) return usualSeed;
  const whole = typeof given === 'bigint' || (typeof given === 'number' && Number.isSafeInteger(given));
  const seed = whole ? BigInt(given) : 0n;
  if (seed >= 1n && seed < 2n ** 64n) return seed;
  const found = whole || typeof given === 'number' ? String(given) : typeof given;
  throw new EngineError(
    'argument',
    `seed must be a whole number from 1 to 2^64 - 1 (above 2^53 a bigint), not ${found}`,
    { detail: { option: 'seed' } },
  );
}

function knownPaths(path: unknown, metadataPath: unknown, what: string): AnnoyPaths {
  const file = checkFile('path', path, what);
  const metadata =
    metadataPath === undefined ? `${file}.meta` : checkFile('metadataPath', metadataPath, what);
  if (file !== metadata) return { path: file, metadataPath: metadata };
  throw new EngineError('argument', `${what}: metadataPath is the index file itself; it needs another name`, {
    detail: { option: 'metadataPath' },
  });
}

function checkFile(name: string, value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return resolve(value);
  throw new EngineError('argument', `${name} of ${what} must be the path of a file`, {
    detail: { option: name },
  });
}
