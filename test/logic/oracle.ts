/** DuckDB as the oracle: runs SQL and gives rows in a neutral form that ours can be compared with. */
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

import { isValid } from '../../src/data/column.js';
import { bitAt } from '../../src/data/bitmap.js';
import type { Table } from '../../src/data/table.js';
import { valueAt } from '../../src/data/values.js';
import type { DataType } from '../../src/data/types.js';

/** A value without a type: numbers of every width, text, days and microseconds compare as numbers. */
export type Neutral = null | boolean | number | bigint | string;

export class Oracle {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<Oracle> {
    // One thread keeps rows in order, where the order means something.
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    return new Oracle(instance, await instance.connect());
  }

  async run(statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.#connection.run(statement);
  }

  /** Rows of a query whose columns have these types on our side. */
  async rows(sql: string, types: readonly DataType[], names: readonly string[]): Promise<Neutral[][]> {
    const columns = names.map((name, i) => {
      const quoted = `"${name}"`;
      const kind = types[i]?.kind;
      if (kind === 'date') return `datediff('day', date '1970-01-01', ${quoted})`;
      return kind === 'timestamp' ? `epoch_us(${quoted})` : quoted;
    });
    const reader = await this.#connection.runAndReadAll(`select ${columns.join(', ')} from (${sql}) q`);
    return reader.getRows().map((row) => row.map((value) => value as Neutral));
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** Our rows in the neutral form. */
export function neutralRows(table: Table): Neutral[][] {
  const { columns, schema } = table;
  return Array.from({ length: table.numRows }, (_, r) =>
    columns.map((column, c): Neutral => {
      if (!isValid(column, r)) return null;
      if (column.layout === 'bits') return bitAt(column.bits, r);
      if (column.layout === 'fixed') return column.values[r] ?? null;
      return valueAt(column, schema.names[c] ?? '', { int64: 'bigint', dates: 'date' }, r) as string;
    }),
  );
}

/** Whether two neutral values are the same up to the rounding of sums. */
export function same(a: Neutral, b: Neutral): boolean {
  if (a === null || b === null) return a === b;
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (typeof a === 'boolean' || typeof b === 'boolean') return a === b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a === b;
  const x = Number(a);
  const y = Number(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y);
  if (x === y || !Number.isFinite(x) || !Number.isFinite(y)) return x === y;
  return Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y)) + 1e-12;
}

function rank(value: Neutral): number {
  return value === null ? 2 : typeof value === 'number' && Number.isNaN(value) ? 1 : 0;
}

function order(a: Neutral, b: Neutral): number {
  if (rank(a) !== rank(b) || rank(a) > 0) return rank(a) - rank(b);
  if (same(a, b)) return 0;
  return (a ?? 0) < (b ?? 0) ? -1 : 1;
}

function rowOrder(a: readonly Neutral[], b: readonly Neutral[]): number {
  for (let i = 0; i < a.length; i++) {
    const o = order(a[i] ?? null, b[i] ?? null);
    if (o !== 0) return o;
  }
  return 0;
}

/** Undefined when the rows agree, else a sentence about the first that do not. */
export function difference(
  ours: readonly Neutral[][],
  theirs: readonly Neutral[][],
  ordered: boolean,
): string | undefined {
  if (ours.length !== theirs.length) return `${ours.length} rows here, ${theirs.length} there`;
  const a = ordered ? ours : [...ours].sort(rowOrder);
  const b = ordered ? theirs : [...theirs].sort(rowOrder);
  for (let r = 0; r < a.length; r++) {
    const bad = a[r]?.findIndex((value, c) => !same(value, b[r]?.[c] ?? null)) ?? -1;
    if (bad >= 0) return `row ${r}, column ${bad}: ${show(a[r])} here, ${show(b[r])} there`;
  }
  return undefined;
}

function show(row: readonly Neutral[] | undefined): string {
  return `(${(row ?? []).map((v) => (typeof v === 'string' ? JSON.stringify(v) : Object.is(v, -0) ? '-0' : String(v))).join(', ')})`;
}
