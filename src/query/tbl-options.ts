/** The options of `tbl`. */
import type { Schema } from '../data/schema.js';

/** How a source is opened. */
export interface TblOptions {
  /** The format, where the extension does not say. */
  readonly format?: 'vtr' | 'parquet' | 'arrow' | undefined;
  /** Parquet: only these columns. */
  readonly columns?: readonly string[] | undefined;
  /** Rows and columns in memory: names, types and order; every value is checked against them. */
  readonly schema?: Schema | undefined;
  /** `.vtr`: when checksums of pages are verified, always by default. */
  readonly verify?: 'always' | 'first' | 'never' | undefined;
}
