/** The addon's functions for .vtr files, as they are; vtr.ts wraps them. */
import type { NativeObject } from './native-object.js';

/** One statistics segment of a file, as its footer lists it. Offsets and sizes in bytes. */
export interface VtrSegment {
  readonly offset: number;
  readonly bytes: number;
  readonly directoryChecksum: bigint;
  readonly groups: number;
  readonly rows: number;
}

/** What a finished writer has put into its file. */
export interface VtrWritten extends VtrSegment {
  /** First byte behind everything written. */
  readonly end: number;
  /** By column: whether a null is among the new rows. */
  readonly nulls: readonly boolean[];
}

export interface VtrAddon {
  openVtr(file: {
    readonly path: string;
    readonly id: Uint8Array;
    readonly typeIds: readonly number[];
    readonly segments: readonly VtrSegment[];
    readonly verify: number;
  }): NativeObject;
  createVtrWriter(options: {
    readonly path: string;
    readonly id: Uint8Array;
    readonly typeIds: readonly number[];
    readonly compression: number;
    readonly start: number;
    readonly firstGroup: number;
    readonly appendedTo: NativeObject | undefined;
    readonly mergeStatistics: boolean;
  }): NativeObject;
  vtrWritten(writer: NativeObject): VtrWritten;
  checkVtrChunk(scan: NativeObject, column: number, group: number): number;
  vtrChecksum(
    bytes: Uint8Array,
    id: Uint8Array,
    kind: number,
    column: number,
    group: number,
    page: number,
  ): bigint;
  vtrConstants(): Record<string, number>;
}
