/** The addon's functions for edges and graphs, as they are; graph.ts wraps them. */
import type { NativeObject } from './native-object.js';

interface EdgeShape {
  readonly values: boolean;
  readonly countOnly: boolean;
  readonly sources: boolean;
  readonly base: number;
  readonly half: number;
  readonly first: number;
  readonly end: number;
  readonly threads: number;
}

export interface GraphAddon {
  createEdges(options: {
    readonly rows: number;
    readonly expected: number;
    readonly values: boolean;
    readonly memory: number;
    readonly partitionRows: number;
  }): NativeObject;
  describeEdges(edges: NativeObject): {
    readonly partitions: number;
    readonly partitionRows: number;
    readonly blockCells: number;
    readonly edges: number;
    readonly spilled: number;
  };
  addEdges(
    edges: NativeObject,
    from: Uint32Array | null,
    to: Uint32Array,
    values: Float64Array | null,
    options: {
      readonly side: number;
      readonly firstCell: number;
      readonly firstRow: number;
      readonly perRow: number;
      readonly ranks: boolean;
      readonly threads: number;
    },
  ): NativeObject;
  edgeRows(
    edges: NativeObject,
    options: EdgeShape & { readonly rule: number; readonly consume: boolean },
  ): NativeObject;
  createLists(options: { readonly rows: number; readonly k: number; readonly memory: number }): NativeObject;
  fillLists(lists: NativeObject, firstRow: number, cells: Uint32Array): void;
  turnLists(lists: NativeObject, edges: NativeObject, threads: number): NativeObject;
  sharedRows(
    lists: NativeObject,
    options: EdgeShape & { readonly weight: number; readonly withSelf: boolean; readonly prune: number },
  ): NativeObject;
}
