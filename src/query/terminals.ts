/** The terminals of a query: what runs it, and in which form its rows come out. */
import type { Table as ArrowTable } from 'apache-arrow';
import type { Schema } from '../data/schema.js';
import type { Table } from '../data/table.js';
import type { RunFigures } from '../exec/executor.js';
import type { RunOptions } from '../exec/run-options.js';
import type { WriteVtrOptions as VtrOptions } from '../storage/vtr/vtr-sink.js';
import type { ExplainOptions, FoldTerminals } from './fold-terminals.js';
import type { Name, OutRow, PlainRow } from './row-types.js';

/** Options of `writeVtr`. */
export interface WriteVtrOptions extends RunOptions, VtrOptions {}

/** What `writeVtr` wrote. */
export interface Written {
  readonly rows: number;
  /** Size of the file. */
  readonly bytes: number;
  /** What it took: rows and bytes read, bytes spilled, memory held at most. */
  readonly stats: RunFigures;
}

/** What runs a query. A query can be run any number of times, also while it runs. */
export interface Terminals<Row extends object> extends AsyncIterable<Table<Row>>, FoldTerminals<Row> {
  /** Names, types and nullability of the columns, known without running. */
  readonly schema: Schema;

  /**
   * All rows, in memory.
   *
   * @throws EngineError `data` where a value breaks a rule (overflow, cast, an unsafe integer under `int64: 'number'`),
   *   `memory`, `cancelled`, and what reading the source throws
   * @example const table = await flights.head(5).collect()
   */
  collect(
    options?: RunOptions & { readonly int64?: 'number'; readonly dates?: 'date' },
  ): Promise<Table<PlainRow<Row>>>;
  collect<const O extends RunOptions>(options: O): Promise<Table<OutRow<Row, O>>>;

  /**
   * The rows as a stream of tables in bounded memory; leaving the loop stops the engine. `for await (const batch of q)`
   * is the same without options.
   *
   * @example for await (const batch of flights.batches({ signal })) console.log(batch.numRows)
   */
  batches(
    options?: RunOptions & { readonly int64?: 'number'; readonly dates?: 'date' },
  ): AsyncGenerator<Table<PlainRow<Row>>, void, undefined>;
  batches<const O extends RunOptions>(options: O): AsyncGenerator<Table<OutRow<Row, O>>, void, undefined>;

  /** All rows as objects. @example const [worst] = await flights.arrange(desc('delay')).head(1).rows() */
  rows(
    options?: RunOptions & { readonly int64?: 'number'; readonly dates?: 'date' },
  ): Promise<PlainRow<Row>[]>;
  rows<const O extends RunOptions>(options: O): Promise<OutRow<Row, O>[]>;

  /**
   * The values of one column.
   *
   * @throws EngineError `plan` for an unknown column
   * @example const delays = await flights.pull('delay') // => [12, -3, null]
   */
  pull<K extends Name<Row>>(
    column: K,
    options?: RunOptions & { readonly int64?: 'number'; readonly dates?: 'date' },
  ): Promise<PlainRow<Row>[K & keyof PlainRow<Row>][]>;
  pull<K extends Name<Row>, const O extends RunOptions>(column: K, options: O): Promise<OutRow<Row, O>[K][]>;

  /** The first row, undefined if there is none. @example const flight = await flights.first() */
  first(
    options?: RunOptions & { readonly int64?: 'number'; readonly dates?: 'date' },
  ): Promise<PlainRow<Row> | undefined>;
  first<const O extends RunOptions>(options: O): Promise<OutRow<Row, O> | undefined>;

  /** Number of rows. Cost: one pass that reads only what filters need. @example await flights.numRows() // => 3000000 */
  numRows(options?: RunOptions): Promise<number>;

  /** All rows as an Apache Arrow table. @example const arrow = await flights.head(1000).toArrow() */
  toArrow(options?: RunOptions): Promise<ArrowTable>;

  /**
   * Writes the rows to a `.vtr` file, in bounded memory. The file appears when all is written and safe on disk; a file of
   * that name is replaced then, and untouched if anything fails.
   *
   * @throws EngineError `io`, `no-space`, `locked`, and as `collect`
   * @example await flights.filter(r => r.delay.gt(60)).writeVtr('late.vtr')
   */
  writeVtr(path: string, options?: WriteVtrOptions): Promise<Written>;

  /**
   * The plan as written and as optimized, with what each step costs; with `run: true` also what it took: rows, bytes, time,
   * spilling, peak memory. With `fold` also how `collectChunked` would run it, and why so.
   *
   * @example console.log(await flights.arrange('delay').explain({ run: true }))
   * @example console.log(await flights.explain({ fold: folds.sums('delay') }))
   */
  explain(options?: ExplainOptions<Row>): Promise<string>;

  /**
   * Columns, their types and first values, one line each.
   *
   * @example console.log(await flights.glimpse())
   */
  glimpse(options?: RunOptions): Promise<string>;

  /** The plan as text, and the tier of cost it is in. Runs nothing. */
  toString(): string;
}
