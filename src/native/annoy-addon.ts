/** The addon's functions for Annoy's files, as they are; annoy.ts wraps them. */
import type { NativeObject } from './native-object.js';

export interface AnnoyAddon {
  /** A task; what it resolves to is `BuiltAnnoy` of annoy.ts. */
  buildAnnoy(
    points: NativeObject,
    options: {
      readonly path: string;
      readonly metric: number;
      readonly trees: number;
      readonly seed: string;
      readonly perTree: boolean;
      readonly fused: boolean;
      readonly threads: number;
      readonly memory: number;
      readonly onDisk: boolean;
    },
  ): NativeObject;
  openAnnoy(
    path: string,
    options: {
      readonly metric: number;
      readonly dimension: number;
      readonly items: number;
      readonly trees: number;
      readonly bytes: number;
      readonly blockSums: Uint8Array | null;
      readonly prefault: boolean;
    },
  ): NativeObject;
  describeAnnoy(file: NativeObject): {
    readonly items: number;
    readonly nodes: number;
    readonly roots: number;
    readonly bytes: number;
    readonly oldDot: boolean;
  };
  /** A task; what it resolves to is `AnnoyStructure` of annoy.ts. */
  checkAnnoy(file: NativeObject, options: { readonly threads: number }): NativeObject;
  /** The items as points, to be searched exactly. */
  annoyItems(file: NativeObject): NativeObject;
  /** A task; what it resolves to is `FoundAnnoy` of annoy.ts. */
  searchAnnoy(
    file: NativeObject,
    queries: NativeObject | null,
    options: {
      readonly first: number;
      readonly end: number;
      readonly k: number;
      readonly searchK: number;
      readonly excludeSelf: boolean;
      readonly skipMissing: boolean;
      readonly threads: number;
      readonly resultMemory: number;
    },
  ): NativeObject;
}
