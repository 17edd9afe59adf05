/** Edges of graphs in the engine, typed: filed by row, made symmetric, counted; arguments are checked by who calls. */
import { addon } from './addon.js';
import { callNative } from './native-error.js';
import type { NativeObject } from './native-object.js';
import type { TaskOptions } from './task.js';
import { runTask } from './task.js';

/** What becomes of an edge beside the one the other way; numbers as the native side has them. */
export const edgeRuleIds = { none: 0, mutual: 1, union: 2, mean: 3, max: 4, min: 5 } as const;
export type EdgeRuleName = keyof typeof edgeRuleIds;

/** What an edge between rows with neighbours in common weighs. */
export const sharedWeightIds = { count: 0, jaccard: 1, rank: 2 } as const;
export type SharedWeightName = keyof typeof sharedWeightIds;

/** The end or ends that edges are filed under. */
export const edgeSideIds = { from: 0, to: 1, both: 2 } as const;
export type EdgeSideName = keyof typeof edgeSideIds;

/** Edges filed by row, in memory and then in temporary files. */
export interface NativeEdges {
  readonly rows: number;
  readonly values: boolean;
  /** Rows are read by partitions, each `partitionRows` of them. */
  readonly partitions: number;
  readonly partitionRows: number;
  /** Of one block at most; a block is copied and held until it is filed. */
  readonly blockCells: number;
  readonly object: NativeObject;
}

export interface EdgesWishes {
  readonly rows: number;
  /** Edges to come, about; those filed under both ends once. */
  readonly expected: number;
  readonly values: boolean;
  /** Bytes; default: half of the process's. */
  readonly memory?: number | undefined;
  /** A power of two; default: chosen. */
  readonly partitionRows?: number | undefined;
}

export function makeEdges(wishes: EdgesWishes): NativeEdges {
  const { rows, values, expected, memory = 0, partitionRows = 0 } = wishes;
  const object = callNative('filing edges', () =>
    addon().createEdges({ rows, values, expected, memory, partitionRows }),
  );
  const { partitions, blockCells, partitionRows: chosen } = addon().describeEdges(object);
  return { rows, values, partitions, partitionRows: chosen, blockCells, object };
}

/** How many edges are filed, and bytes that went to temporary files. */
export function edgesFiled(edges: NativeEdges): { readonly edges: number; readonly spilled: number } {
  const { edges: count, spilled } = addon().describeEdges(edges.object);
  return { edges: count, spilled };
}

interface AddOptions extends TaskOptions {
  readonly threads?: number | undefined;
}

/**
 * Files the neighbours of rows from `firstRow` on, k cells each; `noNeighbor` is none.
 *
 * @param values per cell; 'ranks': the place in the row's list, from 1; null: none
 */
export async function addLists(
  edges: NativeEdges,
  side: EdgeSideName,
  firstRow: number,
  k: number,
  cells: Uint32Array,
  values: Float64Array | 'ranks' | null,
  options: AddOptions = {},
): Promise<void> {
  const step = Math.max(1, Math.floor(edges.blockCells / k)) * k;
  for (let first = 0; first < cells.length; first += step) {
    const end = Math.min(cells.length, first + step);
    const settings = {
      side: edgeSideIds[side],
      firstCell: firstRow * k + first,
      firstRow: firstRow + first / k,
      perRow: k,
      ranks: values === 'ranks',
      threads: options.threads ?? 0,
    };
    const given = values instanceof Float64Array ? values.subarray(first, end) : null;
    await runTask(
      'filing the neighbours of rows',
      () => addon().addEdges(edges.object, null, cells.subarray(first, end), given, settings),
      options,
    );
  }
}

/** Files edges in the order given. @throws EngineError `data` for an end that is no row */
export async function addEdges(
  edges: NativeEdges,
  side: EdgeSideName,
  given: { readonly from: Uint32Array; readonly to: Uint32Array; readonly value: Float64Array | null },
  options: AddOptions & { readonly firstEdge?: number | undefined } = {},
): Promise<void> {
  for (let first = 0; first < given.to.length; first += edges.blockCells) {
    const end = Math.min(given.to.length, first + edges.blockCells);
    const value = given.value?.subarray(first, end) ?? null;
    const settings = {
      side: edgeSideIds[side],
      firstCell: (options.firstEdge ?? 0) + first,
      firstRow: 0,
      perRow: 0,
      ranks: false,
      threads: options.threads ?? 0,
    };
    await runTask(
      'filing edges',
      () =>
        addon().addEdges(
          edges.object,
          given.from.subarray(first, end),
          given.to.subarray(first, end),
          value,
          settings,
        ),
      options,
    );
  }
}

export interface RowsWishes {
  /** Partitions (edges), or rows (lists), from … to; default: all. */
  readonly first?: number | undefined;
  readonly end?: number | undefined;
  /** Each pair once: only edges with from ≤ to. */
  readonly once?: boolean | undefined;
  /** The rows are where edges go to. */
  readonly turned?: boolean | undefined;
  readonly values?: boolean | undefined;
  /** Gives `sources` too. */
  readonly sources?: boolean | undefined;
  /** Added to offsets, columns and sources. */
  readonly base?: number | undefined;
  readonly threads?: number | undefined;
}

/** Edges row by row, each row's columns ascending: row r owns `offsets[r]` … `offsets[r + 1]`. */
export interface NativeRows {
  readonly edges: number;
  readonly offsets: Float64Array;
  readonly columns: Uint32Array;
  /** With `sources`: the row of each edge. */
  readonly sources?: Uint32Array;
  /** With `values`. */
  readonly values?: Float64Array;
}

/** As NativeRows, but no edges. */
export type NativeRowCounts = Pick<NativeRows, 'edges' | 'offsets'>;

/** Which columns of a row are wanted; numbers as the native side has them. */
const edgeHalfIds = { all: 0, upper: 1, lower: 2 } as const;

function shapeOf(wishes: RowsWishes, end: number, countOnly: boolean) {
  return {
    first: wishes.first ?? 0,
    end: wishes.end ?? end,
    half:
      wishes.once !== true ? edgeHalfIds.all : wishes.turned === true ? edgeHalfIds.lower : edgeHalfIds.upper,
    values: wishes.values === true && !countOnly,
    sources: wishes.sources === true && !countOnly,
    base: wishes.base ?? 0,
    threads: wishes.threads ?? 0,
    countOnly,
  };
}

export interface EdgeRowsWishes extends RowsWishes {
  readonly rule: EdgeRuleName;
  /** The edges are not needed afterwards. */
  readonly consume?: boolean | undefined;
}

/** Rows of filed edges. Rule `none` wants them filed under one of their ends, every other under both. */
export async function edgeRows(
  edges: NativeEdges,
  wishes: EdgeRowsWishes,
  options?: TaskOptions,
): Promise<NativeRows> {
  const settings = {
    ...shapeOf(wishes, edges.partitions, false),
    rule: edgeRuleIds[wishes.rule],
    consume: wishes.consume === true,
  };
  const start = () => addon().edgeRows(edges.object, settings);
  return (await runTask('making the rows of a graph', start, options)) as NativeRows;
}

/** How many edges each row would have. */
export async function countEdgeRows(
  edges: NativeEdges,
  wishes: EdgeRowsWishes,
  options?: TaskOptions,
): Promise<NativeRowCounts> {
  const settings = {
    ...shapeOf(wishes, edges.partitions, true),
    rule: edgeRuleIds[wishes.rule],
    consume: wishes.consume === true,
  };
  const start = () => addon().edgeRows(edges.object, settings);
  return (await runTask('counting the edges of a graph', start, options)) as NativeRowCounts;
}

/** The k nearest of every row, in memory, and who has whom. */
export interface NativeLists {
  readonly rows: number;
  readonly k: number;
  readonly ranks: boolean;
  readonly object: NativeObject;
  readonly edges: NativeEdges;
}

export interface ListsWishes {
  readonly rows: number;
  readonly k: number;
  /** For weights by rank. */
  readonly ranks: boolean;
  readonly memory?: number | undefined;
}

export function makeLists(wishes: ListsWishes): NativeLists {
  const { rows, k, ranks } = wishes;
  const memory = Math.floor((wishes.memory ?? 0) / 2);
  const edges = makeEdges({ rows, expected: rows * k, values: ranks, memory });
  const object = callNative('holding the neighbours of rows', () => addon().createLists({ rows, k, memory }));
  return { rows, k, ranks, object, edges };
}

/** Cells copied in one go, so that it never holds up this thread for long. */
const copiedCells = 1 << 20;

/** Fills the lists of rows from `firstRow` on. */
export async function fillLists(
  lists: NativeLists,
  firstRow: number,
  cells: Uint32Array,
  options?: AddOptions,
): Promise<void> {
  const step = Math.max(1, Math.floor(copiedCells / lists.k)) * lists.k;
  for (let first = 0; first < cells.length; first += step) {
    callNative('holding the neighbours of rows', () => {
      addon().fillLists(lists.object, firstRow + first / lists.k, cells.subarray(first, first + step));
    });
  }
  await addLists(lists.edges, 'to', firstRow, lists.k, cells, lists.ranks ? 'ranks' : null, options);
}

/** After all lists are filled, once: finds who has whom. */
export async function turnLists(lists: NativeLists, options: AddOptions = {}): Promise<void> {
  const start = () => addon().turnLists(lists.object, lists.edges.object, options.threads ?? 0);
  await runTask('turning lists of neighbours round', start, options);
}

export interface SharedWishes extends RowsWishes {
  readonly weight: SharedWeightName;
  /** A row is its own neighbour, of rank 0. */
  readonly withSelf: boolean;
  /** Edges that weigh less are left out. */
  readonly prune: number;
}

function sharedSettings(lists: NativeLists, wishes: SharedWishes, countOnly: boolean) {
  const { withSelf, prune } = wishes;
  return {
    ...shapeOf(wishes, lists.rows, countOnly),
    weight: sharedWeightIds[wishes.weight],
    withSelf,
    prune,
  };
}

/** Rows of the graph of shared neighbours. */
export async function sharedRows(
  lists: NativeLists,
  wishes: SharedWishes,
  options?: TaskOptions,
): Promise<NativeRows> {
  const start = () => addon().sharedRows(lists.object, sharedSettings(lists, wishes, false));
  return (await runTask('counting shared neighbours', start, options)) as NativeRows;
}

/** How many edges each row would have. */
export async function countSharedRows(
  lists: NativeLists,
  wishes: SharedWishes,
  options?: TaskOptions,
): Promise<NativeRowCounts> {
  const start = () => addon().sharedRows(lists.object, sharedSettings(lists, wishes, true));
  return (await runTask('counting shared neighbours', start, options)) as NativeRowCounts;
}
