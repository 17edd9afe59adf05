/** What `offload` takes, and what it adds to the query it gives. */
import type { RunOptions } from '../exec/run-options.js';
import type { VtrCompression } from '../native/vtr.js';

/** Options of `offload` without `by`. */
export interface OffloadOptions extends RunOptions {
  /** A `.vtr` file that keeps the rows; without it they are in a temporary file. */
  readonly path?: string | undefined;
  /** As for `writeVtr`: `fast` by default. */
  readonly compression?: VtrCompression | undefined;
}

/** The file behind an offloaded query. */
export interface OffloadedFile extends AsyncDisposable {
  readonly path: string;
  readonly rowCount: number;
  /** Size of the file: what a pass over all columns reads at most. */
  readonly bytes: number;
  /**
   * Closes the file and, if it is temporary, removes it: queries that run go on, later ones fail with code `argument`.
   * Without it a temporary file goes when no query over it can be reached any more, or when the process ends.
   */
  release(): Promise<void>;
}
