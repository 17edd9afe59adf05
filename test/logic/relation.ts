/** Random relations: columns of every type with nulls, NaN, ±0 and repeated values, loadable into both engines. */
import fc from 'fast-check';

import type { ColumnInput } from '../../src/data/import-rows.js';
import { Schema } from '../../src/data/schema.js';
import type { DataType } from '../../src/data/types.js';
import * as types from '../../src/data/types.js';

export type TypeName =
  'bool' | 'int8' | 'int32' | 'int64' | 'float64' | 'float32' | 'utf8' | 'date' | 'timestamp';

/** A cell in the form both sides are made of: numbers, text, days for dates, microseconds for timestamps. */
export type Cell = null | boolean | number | bigint | string;

export interface RandomColumn {
  readonly name: string;
  readonly type: TypeName;
  readonly cells: readonly Cell[];
}

export interface Relation {
  readonly columns: readonly RandomColumn[];
  readonly rows: number;
  /** The rows are repeated so often, to reach beyond one vector, page and batch. */
  readonly copies: number;
}

const dataTypes: Record<TypeName, DataType> = {
  bool: types.bool,
  int8: types.int8,
  int32: types.int32,
  int64: types.int64,
  float32: types.float32,
  float64: types.float64,
  utf8: types.utf8,
  date: types.date,
  timestamp: types.timestamp('us'),
};

export const sqlTypes: Record<TypeName, string> = {
  bool: 'BOOLEAN',
  int8: 'TINYINT',
  int32: 'INTEGER',
  int64: 'BIGINT',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  utf8: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** Values small enough that sums and products of a few stay far from overflow, which has tests of its own. */
const cells: Record<TypeName, fc.Arbitrary<Cell>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -9, max: 9 }),
  int32: fc.integer({ min: -1000, max: 1000 }),
  int64: fc.bigInt({ min: -5n, max: 100_000n }),
  float32: fc.constantFrom(0, -0, 0.5, -1.25, 3, 1024.75, NaN, Infinity),
  float64: fc.oneof(
    fc.constantFrom(0, -0, 0.5, -1.25, 100, 1e-3, NaN, Infinity, -Infinity),
    fc.integer({ min: -400, max: 400 }).map((n) => n / 8),
  ),
  utf8: fc.constantFrom(
    '',
    'a',
    'b',
    'Ab',
    'ß',
    'zürich',
    '日本',
    '😀',
    'a longer text of more than twelve bytes',
    'a longer text too',
  ),
  date: fc.integer({ min: -400, max: 20_000 }),
  timestamp: fc.integer({ min: -5000, max: 2_000_000 }).map((n) => BigInt(n) * 999_983_000n),
};

const typeNames = Object.keys(cells) as TypeName[];

function column(name: string, rows: number): fc.Arbitrary<RandomColumn> {
  return fc.constantFrom(...typeNames).chain((type) =>
    fc
      .tuple(
        fc.array(cells[type], { minLength: rows, maxLength: rows }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: rows, maxLength: rows }),
        fc.boolean(),
      )
      .map(([values, dice, nullable]) => ({
        name,
        type,
        cells: values.map((value, i) => (nullable && dice[i] === 0 ? null : value)),
      })),
  );
}

export const relation: fc.Arbitrary<Relation> = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 2, max: 5 }), fc.constantFrom(1, 1, 1, 700))
  .chain(([rows, width, copies]) =>
    fc
      .tuple(...Array.from({ length: width }, (_, i) => column(`c${i}`, rows)))
      .map((columns) => ({ columns, rows, copies })),
  );

export function schemaOf({ columns }: Relation): Schema {
  return new Schema(columns.map(({ name, type }) => ({ name, type: dataTypes[type], nullable: true })));
}

/** Columns as a user would hold them in memory. */
export function recordOf({ columns, copies }: Relation): Record<string, ColumnInput> {
  return Object.fromEntries(
    columns.map(({ name, type, cells: values }) => {
      const once = values.map((cell) =>
        cell !== null && type === 'date' ? new Date(Number(cell) * 86_400_000) : cell,
      );
      return [name, Array.from({ length: copies }, () => once).flat()];
    }),
  );
}

function sqlCell(cell: Cell, type: TypeName): string {
  if (cell === null) return 'NULL';
  if (type === 'utf8') return `'${String(cell).replaceAll("'", "''")}'`;
  if (type === 'date') return `(date '1970-01-01' + ${String(cell)}::int)`;
  if (type === 'timestamp') return `make_timestamp(${String(cell)})`;
  if (typeof cell === 'number' && Object.is(cell, -0)) return `'-0.0'`;
  if (typeof cell === 'number' && !Number.isFinite(cell)) return `'${String(cell)}'`;
  return String(cell);
}

/** Statements that make the same rows in DuckDB, in the same order, as the table `t`. */
export function sqlOf({ columns, rows, copies }: Relation): string[] {
  const definition = columns.map(({ name, type }) => `${name} ${sqlTypes[type]}`).join(', ');
  const statements = [`create or replace table once (rid integer, ${definition})`];
  if (rows > 0) {
    const tuples = Array.from({ length: rows }, (_, r) => {
      const values = columns.map(({ type, cells: c }) => `${sqlCell(c[r] ?? null, type)}::${sqlTypes[type]}`);
      return `(${[String(r), ...values].join(', ')})`;
    });
    statements.push(`insert into once values ${tuples.join(', ')}`);
  }
  const names = columns.map(({ name }) => name).join(', ');
  statements.push(
    `create or replace table t as select ${names} from once, range(${copies}) copy(i) order by i, rid`,
  );
  return statements;
}
