/** The columns of the benchmarks' tables, as bigANNOY names them, and the table of some rows. */
import { importRows } from '../../../data/import-rows.js';
import { Schema } from '../../../data/schema.js';
import type { Table } from '../../../data/table.js';
import { bool, float64, utf8 } from '../../../data/types.js';
import type { DataType } from '../../../data/types.js';

/** One measurement. Times in seconds of the clock; sizes in bytes. */
export type AnnoyBenchmarkRow = {
  /** `annoy`, or `exact`. */
  readonly implementation: string;
  readonly metric: string;
  readonly backend: string;
  readonly filebacked: boolean;
  readonly self_search: boolean;
  readonly load_mode: string;
  readonly n_ref: number;
  readonly n_query: number;
  readonly n_dim: number;
  readonly k: number;
  /** Null for exact search, as the next one. */
  readonly n_trees: number | null;
  /** As given; −1: `k` for each tree. */
  readonly search_k: number | null;
  /** −1: all of the pool. */
  readonly build_threads: number;
  readonly build_elapsed: number;
  readonly search_elapsed: number;
  /** Null without exact search, as `recall_at_k`. */
  readonly exact_elapsed: number | null;
  readonly recall_at_k: number | null;
  readonly build_rows_per_second: number;
  readonly queries_per_second: number;
  readonly ref_bytes: number;
  readonly query_bytes: number;
  readonly index_bytes: number;
  readonly metadata_bytes: number;
  readonly total_data_bytes: number;
  readonly index_id: string | null;
};

const columns: Readonly<Record<keyof AnnoyBenchmarkRow, readonly [type: DataType, nullable: boolean]>> = {
  implementation: [utf8, false],
  metric: [utf8, false],
  backend: [utf8, false],
  filebacked: [bool, false],
  self_search: [bool, false],
  load_mode: [utf8, false],
  n_ref: [float64, false],
  n_query: [float64, false],
  n_dim: [float64, false],
  k: [float64, false],
  n_trees: [float64, true],
  search_k: [float64, true],
  build_threads: [float64, false],
  build_elapsed: [float64, false],
  search_elapsed: [float64, false],
  exact_elapsed: [float64, true],
  recall_at_k: [float64, true],
  build_rows_per_second: [float64, false],
  queries_per_second: [float64, false],
  ref_bytes: [float64, false],
  query_bytes: [float64, false],
  index_bytes: [float64, false],
  metadata_bytes: [float64, false],
  total_data_bytes: [float64, false],
  index_id: [utf8, true],
};

const schema = new Schema(
  Object.entries(columns).map(([name, [type, nullable]]) => ({ name, type, nullable })),
);

/** A table of at least one row. */
export function tableOfRuns(rows: readonly AnnoyBenchmarkRow[]): Table<AnnoyBenchmarkRow> {
  const [table] = importRows(rows, schema).batches();
  return table! as unknown as Table<AnnoyBenchmarkRow>;
}
