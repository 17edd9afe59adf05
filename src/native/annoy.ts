/** Annoy's files as the engine builds, opens and searches them, typed; arguments are checked by who calls. */
import type { AnnoyMetric } from '../data/annoy-metric.js';
import { annoyMetricIds } from '../data/annoy-metric.js';
import { addon } from './addon.js';
import { callNative } from './native-error.js';
import type { NativeObject } from './native-object.js';
import type { NativePoints, QueryRows } from './neighbors.js';
import type { TaskOptions } from './task.js';
import { runTask } from './task.js';

/** Bytes that one of `blockSums` covers. */
export const annoyBlockBytes = 65_536;

/** Coordinates of an item at most. */
export const annoyMostDimensions = 2 ** 24;

/** The Annoy whose format and rules these are. */
export const annoyVersion = '1.17.3';

/** Of this package. */
export function packageVersion(): string {
  return addon().version();
}

export interface AnnoyBuildWishes {
  /** A file that does not exist yet; it is complete and on the disk when the promise resolves, and gone when it rejects. */
  readonly path: string;
  readonly metric: AnnoyMetric;
  /** −1: as many as take the space of the items again. */
  readonly trees: number;
  /** 1 … 2^64 − 1. */
  readonly seed: bigint;
  /** A generator per tree, so that trees may grow side by side; else Annoy's one sequence through all, on one thread. */
  readonly perTree: boolean;
  /** Without `perTree`: products are added without being rounded, as compilers for some processors do in Annoy. */
  readonly fused: boolean;
  readonly threads?: number | undefined;
  /** Bytes for items and trees on their way. */
  readonly memory?: number | undefined;
  /** Whether trees grow over the file instead of a copy of the items in memory; else that is decided by `memory`. */
  readonly onDisk?: boolean | undefined;
}

export interface BuiltAnnoy {
  readonly items: number;
  readonly nodes: number;
  readonly trees: number;
  readonly bytes: number;
  /** XXH3-64, little-endian, of each `annoyBlockBytes` of the file. */
  readonly blockSums: Uint8Array;
  /** Whether trees grew over the file. */
  readonly onDisk: boolean;
}

/** @throws EngineError `data` naming a row that floats cannot hold; `memory`, `io`, `no-space`, `cancelled` */
export async function writeAnnoy(
  points: NativePoints,
  wishes: AnnoyBuildWishes,
  options?: TaskOptions,
): Promise<BuiltAnnoy> {
  const { path, metric, trees, seed, perTree, fused, threads, memory, onDisk } = wishes;
  const settings = {
    path,
    metric: annoyMetricIds[metric],
    trees,
    seed: String(seed),
    perTree,
    fused,
    threads: threads ?? 0,
    memory: memory ?? 0,
    onDisk: onDisk === true,
  };
  const start = (): NativeObject => addon().buildAnnoy(points.object, settings);
  return (await runTask('building an Annoy index', start, options)) as BuiltAnnoy;
}

export interface AnnoyFileFacts {
  readonly path: string;
  readonly metric: AnnoyMetric;
  readonly dimension: number;
  /** What is known of it beforehand, and refused when it is otherwise. */
  readonly items?: number | undefined;
  readonly trees?: number | undefined;
  readonly bytes?: number | undefined;
  readonly blockSums?: Uint8Array | undefined;
  readonly prefault?: boolean | undefined;
}

/** A mapped file. It is let go when nothing refers to it any more. */
export interface NativeAnnoy {
  readonly items: number;
  readonly nodes: number;
  /** As a search starts from: a small file may name a tree twice. */
  readonly roots: number;
  readonly bytes: number;
  readonly oldDot: boolean;
  readonly dimension: number;
  readonly object: NativeObject;
}

/** @throws EngineError `io`, `format` for what is no such file, `changed` for another one than expected */
export function openAnnoyFile(facts: AnnoyFileFacts): NativeAnnoy {
  const { path, metric, dimension, items, trees, bytes, blockSums, prefault } = facts;
  const object = callNative('opening an Annoy index', () =>
    addon().openAnnoy(path, {
      metric: annoyMetricIds[metric],
      dimension,
      items: items ?? 0,
      trees: trees ?? 0,
      bytes: bytes ?? 0,
      blockSums: blockSums ?? null,
      prefault: prefault === true,
    }),
  );
  return { ...addon().describeAnnoy(object), dimension, object };
}

/** What walking through a whole file has found. */
export interface AnnoyStructure {
  /** What is wrong, at most a hundred sentences; none: every tree holds every item once. */
  readonly problems: readonly string[];
  /** How many there are in all. */
  readonly count: number;
  /** How many of them are blocks that differ from their sums; those are told first. */
  readonly damagedBlocks: number;
  /** Ids that no item was added for. */
  readonly holes: number;
  readonly splits: number;
  readonly buckets: number;
  readonly deepest: number;
}

/** Walks every tree and, with sums, reads every block. Damage is a problem found, not an error. */
export async function checkAnnoyStructure(
  file: NativeAnnoy,
  { threads, ...watch }: TaskOptions & { readonly threads?: number | undefined } = {},
): Promise<AnnoyStructure> {
  const start = (): NativeObject => addon().checkAnnoy(file.object, { threads: threads ?? 0 });
  return (await runTask('checking an Annoy index', start, watch)) as AnnoyStructure;
}

/** The items as rows of floats (bits as 0 and 1), to be searched exactly; holes are rows of NaN. */
export function annoyItems(file: NativeAnnoy): NativePoints {
  const object = callNative('reading an Annoy index', () => addon().annoyItems(file.object));
  return { rows: file.items, columns: file.dimension, object };
}

export interface AnnoyStatistics {
  /** Of trees, looked at. */
  readonly nodes: number;
  /** Collected, with repeats: what `searchK` bounds. */
  readonly candidates: number;
  /** Distances computed. */
  readonly distances: number;
  readonly seconds: number;
}

/** By query and rank, [queries × k] row-major; cells without a neighbour hold `noNeighbor` and NaN. */
export interface FoundAnnoy {
  readonly index: Uint32Array;
  readonly distance: Float64Array;
  readonly statistics: AnnoyStatistics;
}

/**
 * Approximate neighbours, as Annoy finds them.
 *
 * @param asked without points: the file's own items   @param searchK 0: k × roots
 * @throws EngineError `data` naming a query row that floats cannot hold; `format` for damage; `changed` for a file cut since
 */
export async function findAnnoy(
  file: NativeAnnoy,
  asked: QueryRows,
  { k, searchK }: { readonly k: number; readonly searchK: number },
  options?: TaskOptions,
): Promise<FoundAnnoy> {
  const settings = {
    first: asked.first,
    end: asked.end,
    k,
    searchK,
    excludeSelf: asked.excludeSelf === true,
    skipMissing: asked.skipMissing === true,
    threads: asked.threads ?? 0,
    resultMemory: asked.resultMemory ?? 0,
  };
  const start = (): NativeObject => addon().searchAnnoy(file.object, asked.queries?.object ?? null, settings);
  return (await runTask('searching an Annoy index', start, options)) as FoundAnnoy;
}
