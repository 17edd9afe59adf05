/** The addon's functions for points and searches, as they are; neighbors.ts wraps them. */
import type { NativeObject } from './native-object.js';

export interface NeighborsAddon {
  taskResult(task: NativeObject): Promise<unknown>;
  cancelTask(task: NativeObject): void;
  taskFraction(task: NativeObject): number;
  createPoints(rows: number, columns: number, single: boolean): NativeObject;
  fillPoints(points: NativeObject, firstRow: number, values: Float32Array | Float64Array): void;
  createSparsePoints(
    indptr: Float64Array,
    indices: Uint32Array,
    values: Float64Array,
    columns: number,
  ): NativeObject;
  prepareReference(
    points: NativeObject,
    options: {
      readonly metric: number;
      readonly p: number;
      readonly skipMissing: boolean;
      readonly method: string;
      readonly threads: number;
      readonly memory: number;
      readonly expectedQueries: number;
      readonly expectedK: number;
    },
  ): NativeObject;
  describeReference(reference: NativeObject): {
    readonly rows: number;
    readonly columns: number;
    readonly method: string;
    readonly bytes: number;
    readonly resident: boolean;
    readonly blocks: number;
    readonly blockRows: number;
    readonly memory: number;
  };
  searchNearest(
    reference: NativeObject,
    queries: NativeObject | null,
    options: {
      readonly first: number;
      readonly end: number;
      readonly k: number;
      readonly excludeSelf: boolean;
      readonly skipMissing: boolean;
      readonly threads: number;
      readonly resultMemory: number;
    },
  ): NativeObject;
  searchWithin(
    reference: NativeObject,
    queries: NativeObject | null,
    options: {
      readonly first: number;
      readonly end: number;
      readonly radius: number;
      readonly countOnly: boolean;
      readonly excludeSelf: boolean;
      readonly skipMissing: boolean;
      readonly threads: number;
      readonly resultMemory: number;
    },
  ): NativeObject;
  rerank(
    reference: NativeObject,
    queries: NativeObject | null,
    candidates: Uint32Array,
    options: {
      readonly first: number;
      readonly end: number;
      readonly perQuery: number;
      readonly k: number;
      readonly excludeSelf: boolean;
      readonly skipMissing: boolean;
      readonly threads: number;
      readonly resultMemory: number;
    },
  ): NativeObject;
}
