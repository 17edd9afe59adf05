/** Rows that JavaScript pushes into a native query, as fast as the query takes them. */
import { EngineError } from '../base/engine-error.js';
import type { ColumnData, NumberArray } from '../data/column.js';
import type { NativeScan } from '../data/doors.js';
import type { Field } from '../data/schema.js';
import { typeIds } from '../data/types.js';
import type { FeedColumn, NativeObject } from './addon.js';
import { addon } from './addon.js';
import { callNative, fromNative } from './native-error.js';

/** Rows of one push at most. */
export const maxFeedRows = 65_536;

/** 64-bit codes do not occur (a dictionary has fewer than 2^31 entries); narrower signed ones are never negative. */
function codesOf(codes: NumberArray): NumberArray {
  if (codes instanceof Float32Array || codes instanceof Float64Array) return Uint32Array.from(codes);
  return codes;
}

/** The buffers of a column as the addon takes them. */
export function feedColumn(column: ColumnData): FeedColumn {
  const validity = column.nullCount === 0 ? null : column.validity;
  const bytes = validity?.bytes ?? null;
  const offset = validity?.offset ?? 0;
  switch (column.layout) {
    case 'fixed':
      return [bytes, offset, column.values, 0, null, null];
    case 'bits':
      return [bytes, offset, column.bits.bytes, column.bits.offset, null, null];
    case 'text':
      return [bytes, offset, null, 0, column.offsets, column.data];
    case 'dictionary': {
      const { offsets, data } = column.dictionary.text;
      return [bytes, offset, codesOf(column.codes), 0, offsets, data];
    }
  }
}

/** One query's rows from JavaScript: `wants`, then `push`, until `end` or `fail`. */
export class Feed {
  readonly scan: NativeScan;
  readonly #object: NativeObject;
  readonly #fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
    this.#object = callNative('making a feed', () =>
      addon().createFeed(fields.map((f) => typeIds[f.type.kind])),
    );
    this.scan = { nativeScan: this.#object };
  }

  /** Resolves to true when more rows are wanted, to false when the query has stopped reading. */
  async wants(): Promise<boolean> {
    try {
      return await addon().feedWants(this.#object);
    } catch (thrown) {
      throw fromNative(thrown, 'feeding a query');
    }
  }

  /**
   * Copies the rows; the arrays may change afterwards. Columns in the order of the fields, at most 65,536 rows.
   *
   * @throws EngineError `argument`: lengths, offsets or codes that do not fit
   */
  push(rows: number, columns: readonly ColumnData[]): void {
    columns.forEach((column, i) => {
      const expected = this.#fields[i]?.type.kind;
      if (column.type.kind !== expected || column.length < rows) {
        throw new EngineError(
          'argument',
          `column ${String(i)} pushed into a feed has ${String(column.length)} rows of ${column.type.kind}, ` +
            `expected ${String(rows)} of ${String(expected)}`,
        );
      }
    });
    callNative('feeding a query', () => {
      addon().pushFeed(this.#object, rows, columns.map(feedColumn));
    });
  }

  /** No more rows will come. */
  end(): void {
    addon().endFeed(this.#object);
  }

  /** The rows cannot be had: the query that reads them fails; `error` is what it fails with. */
  fail(error: unknown): void {
    const { code, message, detail } = fromNative(error, 'reading rows for a query');
    const texts = Object.entries(detail).map(([key, value]) => [key, String(value)] as const);
    addon().failFeed(this.#object, code, message, texts);
  }

  /** Forgets rows not read yet; whoever waits in `wants` is told that none are wanted. */
  close(): void {
    addon().stopFeed(this.#object);
  }
}

/** A feed of columns with the types of `fields`. */
export function createFeed(fields: readonly Field[]): Feed {
  return new Feed(fields);
}
