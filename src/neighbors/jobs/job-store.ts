/** A place that a job writes rows of numbers to and reads them back from, whatever is behind it. */

/** Numbers of a store as they lie there. */
export type Cells = Float64Array | Int32Array | Uint32Array;

/** Rows of `width` cells. Rows are written in any order and read as they were written. */
export interface JobStore {
  /** `from`, `index`, `counts` …: its name in the checkpoint. */
  readonly name: string;
  /** The file that errors name. */
  readonly path: string;
  /** Rows that it has room for. */
  readonly rows: number;
  readonly width: number;
  /** Whether its rows are edges, not queries. */
  readonly perEdge: boolean;
  /** What becomes of numbers when they are written here; a row number that is none is `noNeighbor`. */
  cellsOf(values: Float64Array | Uint32Array): Cells;
  write(firstRow: number, cells: Cells): Promise<void>;
  /** @throws EngineError `io`, `format` where the file does not have them any more */
  read(firstRow: number, endRow: number): Promise<Cells>;
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>;
}
