/** Feeder: what gives chunks of rows from the start, once or for every pass; the forms it comes in, made one. */
import { EngineError } from '../base/engine-error.js';
import { describe } from '../data/build-column.js';
import type { ColumnInput } from '../data/import-rows.js';
import { Table } from '../data/table.js';

/** Some rows: a table, row objects, or columns by name. */
export type Chunk<Row extends object = object> =
  Table<Row> | readonly Row[] | Readonly<{ [K in keyof Row]: ColumnInput }>;

/** Chunks one by one: null or undefined after the last one; `reset` begins again. */
export interface ResettableFeeder<Row extends object = object> {
  reset(): unknown;
  next(): Chunk<Row> | null | undefined | Promise<Chunk<Row> | null | undefined>;
}

type Chunks<Row extends object> = Iterable<Chunk<Row>> | AsyncIterable<Chunk<Row>> | Chunk<Row>;

/**
 * Rows from anywhere, in chunks: an iterable of chunks, a function that gives one for each pass, an object with `reset()`
 * and `next()`; or all rows at once, as a table, row objects or columns by name.
 *
 * What can be gone through only once (a generator, a stream) does for what takes one pass.
 */
export type Feeder<Row extends object = object> =
  Chunks<Row> | ResettableFeeder<Row> | (() => Chunks<Row> | Promise<Chunks<Row>>);

/** An iterator of chunks, synchronous or not. */
export type ChunkIterator = Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>;

/** A feeder as what begins passes. */
export interface Passes {
  /** Whether only one pass can be made, known before it is made. */
  readonly once: boolean;
  begin(): Promise<ChunkIterator>;
}

/** @throws EngineError `argument` for what gives no chunks */
export function passesOf(feeder: unknown): Passes {
  if (typeof feeder === 'function') {
    return {
      once: false,
      async begin() {
        const given: unknown = await (feeder as () => unknown)();
        return begin(given) ?? notChunks(`the feeder's function gave ${describe(given)}`);
      },
    };
  }
  if (isResettable(feeder)) {
    return {
      once: false,
      async begin() {
        await feeder.reset();
        return steps(feeder);
      },
    };
  }
  const first = begin(feeder);
  if (first === undefined) return notChunks(`this is ${describe(feeder)}`);
  // Asking an iterable for its iterator starts nothing; one that is its own iterator has no second.
  const once: boolean = first === feeder;
  return {
    once,
    begin: async () => (once ? first : (begin(feeder) ?? first)),
  };
}

function begin(chunks: unknown): ChunkIterator | undefined {
  if (isWholeChunk(chunks)) return [chunks].values();
  if (typeof chunks !== 'object' || chunks === null) return undefined;
  if (Symbol.asyncIterator in chunks) return (chunks as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if (Symbol.iterator in chunks) return (chunks as Iterable<unknown>)[Symbol.iterator]();
  return undefined;
}

/** All rows at once: a table, an array of rows (not of chunks), a record of columns. */
function isWholeChunk(value: unknown): boolean {
  if (value instanceof Table) return true;
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    return isPlain(first) && !isColumnRecord(first);
  }
  return isColumnRecord(value);
}

/** True for columns by name: a plain object, all of whose values are arrays. */
export function isColumnRecord(value: unknown): value is Readonly<Record<string, ColumnInput>> {
  if (!isPlain(value)) return false;
  const columns = Object.values(value);
  return columns.length > 0 && columns.every((column) => Array.isArray(column) || ArrayBuffer.isView(column));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Table)
    return false;
  return !(Symbol.iterator in value) && !(Symbol.asyncIterator in value);
}

function isResettable(value: unknown): value is ResettableFeeder {
  if (typeof value !== 'object' || value === null || Symbol.asyncIterator in value) return false;
  return (
    'reset' in value &&
    typeof value.reset === 'function' &&
    'next' in value &&
    typeof value.next === 'function'
  );
}

async function* steps(feeder: ResettableFeeder): AsyncGenerator<unknown, void, undefined> {
  for (;;) {
    const chunk: unknown = await feeder.next();
    if (chunk === null || chunk === undefined) return;
    yield chunk;
  }
}

function notChunks(found: string): never {
  throw new EngineError(
    'argument',
    `${found}; rows come from a query, or from a feeder: an iterable of tables, arrays of rows or records of columns, ` +
      `a function that gives one for each pass, or an object with reset() and next()`,
  );
}
