/** The addon's functions for planning searches and keeping references in files, as they are. */
import type { NativeObject } from './native-object.js';

export interface PreparedAddon {
  hashPoints(points: NativeObject): NativeObject;
  hashReference(reference: NativeObject): NativeObject;
  writePrepared(
    reference: NativeObject,
    path: string,
    fingerprint: string,
    identity: Uint8Array,
  ): NativeObject;
  readPrepared(
    path: string,
    options: { readonly verify: boolean; readonly memory: number; readonly threads: number },
  ): NativeObject;
  searchMethods(): readonly string[];
  planSearch(shape: {
    readonly metric: number;
    readonly p: number;
    readonly rows: number;
    readonly queries: number;
    readonly columns: number;
    readonly k: number;
    readonly threads: number;
    readonly fileBacked: boolean;
    readonly method: string;
  }): {
    readonly method: string;
    readonly buildSeconds: number;
    readonly searchSeconds: number;
    readonly bytesPerRow: number;
  };
}
