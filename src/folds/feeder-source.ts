/** FeederSource: chunks of rows from the user's code as a source that plans read, pass by pass. */
import { EngineError } from '../base/engine-error.js';
import type { OpenScan, ScanRequest, Source } from '../data/doors.js';
import type { Schema } from '../data/schema.js';
import type { Table } from '../data/table.js';
import { openFeed } from '../native/feed-scan.js';
import { chunkTables, schemaOfChunk } from './chunk-table.js';
import type { ChunkIterator, Passes } from './feeder.js';
import { passesOf } from './feeder.js';

/** A pass begun to see the first chunk, to be gone on with by whoever reads first. */
interface Begun {
  readonly chunks: ChunkIterator;
  /** The first chunk that told the columns, and how many came before it. */
  readonly first: unknown;
  readonly at: number;
}

/**
 * A feeder as a source. One pass at a time; each `open` begins the feeder anew but the first, which goes on with the chunk
 * that told the columns.
 */
export class FeederSource implements Source {
  readonly label = 'feeder';
  readonly schema: Schema;
  readonly rows = undefined;
  readonly bytes = undefined;
  readonly #passes: Passes;
  #begun: Begun | undefined;
  #used = false;
  #reading = false;
  /** Rows of the first whole pass; every other must have as many. */
  #rows: number | undefined;
  #failure: EngineError | undefined;

  constructor(passes: Passes, schema: Schema, begun: Begun) {
    this.#passes = passes;
    this.schema = schema;
    this.#begun = begun;
  }

  async open({ columns, signal }: ScanRequest): Promise<OpenScan> {
    const names = columns.length > 0 ? columns : this.schema.names.slice(0, 1);
    return openFeed(this.schema, names, this.#pass(), signal);
  }

  /** Runs what reads the source; where the feeder failed, with the feeder's own error and its cause. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#failure ?? error;
    }
  }

  /** Ends a pass that nobody went on with. */
  async close(): Promise<void> {
    const begun = this.#begun;
    this.#begun = undefined;
    await begun?.chunks.return?.();
  }

  async *#pass(): AsyncGenerator<Table, void, undefined> {
    this.#failure = undefined;
    try {
      yield* this.#tables();
    } catch (error) {
      this.#failure = error instanceof EngineError ? error : failed(error);
      throw this.#failure;
    }
  }

  async *#tables(): AsyncGenerator<Table, void, undefined> {
    if (this.#reading)
      throw new EngineError('argument', 'a feeder is read by one query at a time; make one for each');
    if (this.#used && this.#passes.once) {
      throw new EngineError(
        'argument',
        'this takes several passes over the rows, and the feeder can be gone through only once; give a function that ' +
          'makes it anew: lm(() => chunks(), …)',
      );
    }
    this.#used = true;
    this.#reading = true;
    const begun = this.#begun;
    this.#begun = undefined;
    const chunks = begun?.chunks ?? (await this.#passes.begin());
    let ended = false;
    try {
      let rows = 0;
      let at = begun?.at ?? 0;
      let next: unknown = begun?.first ?? (await nextChunk(chunks));
      for (; next !== undefined; at++, next = await nextChunk(chunks)) {
        for (const table of tablesOf(next, this.schema, at)) {
          rows += table.numRows;
          yield table;
        }
      }
      ended = true;
      this.#checkRows(rows);
    } finally {
      this.#reading = false;
      if (!ended) await chunks.return?.();
    }
  }

  #checkRows(rows: number): void {
    this.#rows ??= rows;
    if (rows === this.#rows) return;
    throw new EngineError(
      'changed',
      `the feeder gave ${String(this.#rows)} rows in its first pass and ${String(rows)} in a later one; every pass must ` +
        'give the same rows',
      { detail: { first: this.#rows, rows } },
    );
  }
}

/**
 * Begins a feeder and looks at its first chunk.
 *
 * @param columns those that will be read; others are not looked at
 * @throws EngineError `argument` for what is no feeder, `plan` for a missing column, `data` for no rows at all; what the
 *   feeder throws, as `cause` of one of code `data`
 */
export async function feederSource(feeder: unknown, columns: readonly string[]): Promise<FeederSource> {
  const passes = passesOf(feeder);
  try {
    const chunks = await passes.begin();
    for (let at = 0; ; at++) {
      const first = await nextChunk(chunks);
      if (first === undefined)
        throw new EngineError('data', 'the feeder gave no rows, so that its columns are unknown');
      const schema = inChunk(at, () => schemaOfChunk(first, columns));
      if (schema !== undefined) return new FeederSource(passes, schema, { chunks, first, at });
    }
  } catch (error) {
    throw error instanceof EngineError ? error : failed(error);
  }
}

/** The next chunk, undefined at the end. */
async function nextChunk(chunks: ChunkIterator): Promise<unknown> {
  const { done, value }: IteratorResult<unknown, unknown> = await chunks.next();
  if (done === true) return undefined;
  if (value === undefined || value === null)
    throw new EngineError('argument', 'the feeder gave no chunk but null; an empty chunk is an empty array');
  return value;
}

function* tablesOf(chunk: unknown, schema: Schema, at: number): Generator<Table, void, undefined> {
  const tables = inChunk(at, () => chunkTables(chunk, schema)[Symbol.iterator]());
  for (;;) {
    const next = inChunk(at, (): IteratorResult<Table, unknown> => tables.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/** Does something with a chunk; an error says which. */
function inChunk<T>(at: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.code, `chunk ${String(at)} of the feeder: ${error.message}`, {
      detail: { ...error.detail, chunk: at },
      cause: error,
    });
  }
}

function failed(error: unknown): EngineError {
  const message = error instanceof Error ? error.message : String(error);
  return new EngineError('data', `the feeder failed: ${message}`, { cause: error });
}
