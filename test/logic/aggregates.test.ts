/** Every aggregate against DuckDB: all types, nulls, NaN, ±0, infinities, no rows, one row, one group and many. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Schema } from '../../src/data/schema.js';
import type { Table } from '../../src/data/table.js';
import type { DataType } from '../../src/data/types.js';
import * as types from '../../src/data/types.js';
import * as make from '../../src/expr/aggregate-builders.js';
import { col } from '../../src/expr/builders.js';
import type { AggregateName } from '../../src/expr/aggregates/index.js';
import { tbl } from '../../src/query/default-engine.js';
import type { Neutral } from './oracle.js';
import { difference, neutralRows, Oracle } from './oracle.js';

interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly sql: string;
  readonly values: readonly Neutral[];
}

const rows = 24;
const cycle = (values: readonly Neutral[]): Neutral[] =>
  Array.from({ length: rows }, (_, i) => values[i % values.length] ?? null);

const columns: readonly Column[] = [
  {
    name: 'g',
    type: types.int32,
    sql: 'INTEGER',
    values: Array.from({ length: rows }, (_, i) => (i < 3 ? null : i % 5)),
  },
  { name: 'i', type: types.int32, sql: 'INTEGER', values: cycle([3, null, -7, 2147483647, 0, 3, 11]) },
  { name: 'l', type: types.int64, sql: 'BIGINT', values: cycle([5n, 1n << 50n, null, -(1n << 50n), 5n]) },
  { name: 'u', type: types.uint8, sql: 'UTINYINT', values: cycle([0, 255, null, 7]) },
  { name: 'f', type: types.float64, sql: 'DOUBLE', values: cycle([0.1, -2.5, null, 1e9, 0.1, -0, 0]) },
  { name: 's', type: types.float64, sql: 'DOUBLE', values: cycle([1, NaN, null, Infinity, 2, -3]) },
  { name: 'h', type: types.float32, sql: 'FLOAT', values: cycle([0.5, null, 1.25, -8]) },
  {
    name: 't',
    type: types.utf8,
    sql: 'VARCHAR',
    values: cycle(['b', null, '', '日本', 'ab', 'b', 'a text beyond twelve bytes']),
  },
  { name: 'b', type: types.bool, sql: 'BOOLEAN', values: cycle([true, null, false, true, true]) },
  { name: 'd', type: types.date, sql: 'DATE', values: cycle([10, null, -400, 19_000]) },
  { name: 'z', type: types.timestamp('us'), sql: 'TIMESTAMP', values: cycle([10n, null, -400n, 1n << 50n]) },
  { name: 'o', type: types.int32, sql: 'INTEGER', values: cycle([null]) },
];

const numbers = ['i', 'l', 'u', 'f', 'h', 'o'];
/** NaN and infinities: sums and their like are NaN or infinite; DuckDB raises an error for variances of them. */
const wild = [...numbers, 's'];
const everything = columns.map((column) => column.name);

interface Definition {
  readonly of: readonly string[];
  readonly build: (x: ReturnType<typeof col>) => unknown;
  readonly sql: (x: string) => string;
}

const ordered = (name: string) => (x: string) => `${name}(${x} order by rid) filter (where ${x} is not null)`;
const definitions: Record<AggregateName, Definition> = {
  n: { of: ['g'], build: () => make.n(), sql: () => 'count(*)' },
  sum: { of: wild, build: (x) => make.sum(x), sql: (x) => `sum(${x})` },
  mean: { of: wild, build: (x) => make.mean(x), sql: (x) => `avg(${x})` },
  min: { of: everything, build: (x) => make.min(x), sql: (x) => `min(${x})` },
  max: { of: everything, build: (x) => make.max(x), sql: (x) => `max(${x})` },
  sd: { of: numbers, build: (x) => make.sd(x), sql: (x) => `stddev_samp(${x})` },
  variance: { of: numbers, build: (x) => make.variance(x), sql: (x) => `var_samp(${x})` },
  first: { of: everything, build: (x) => make.first(x), sql: ordered('first') },
  last: { of: everything, build: (x) => make.last(x), sql: ordered('last') },
  any: { of: ['b'], build: (x) => make.any(x), sql: (x) => `bool_or(${x})` },
  all: { of: ['b'], build: (x) => make.all(x), sql: (x) => `bool_and(${x})` },
  median: { of: wild, build: (x) => make.median(x), sql: (x) => `median(${x}::double)` },
  quantile: { of: wild, build: (x) => make.quantile(x, 0.3), sql: (x) => `quantile_cont(${x}::double, 0.3)` },
  nDistinct: { of: everything, build: (x) => make.nDistinct(x), sql: (x) => `count(distinct ${x})` },
  corr: {
    of: ['i', 'f', 'u'],
    build: (x) => make.corr(x, col('l')),
    sql: (x) => `corr(${x}::double, l::double)`,
  },
};

/** The option `distinct`, for aggregates whose answer it can change. */
const distinct: readonly { readonly name: string; readonly of: readonly string[] }[] = [
  { name: 'sum', of: ['i', 'u', 'f'] },
  { name: 'mean', of: ['i', 'l', 'f'] },
  { name: 'median', of: ['i', 'f'] },
  { name: 'variance', of: ['u', 'i'] },
];

function sqlValue(value: Neutral, column: Column): string {
  if (value === null) return `null::${column.sql}`;
  if (column.type.kind === 'date') return `(date '1970-01-01' + ${String(value)})`;
  if (column.type.kind === 'timestamp') return `make_timestamp(${String(value)}::bigint)`;
  return `'${Object.is(value, -0) ? '-0.0' : String(value)}'::${column.sql}`;
}

interface Runnable {
  filter(condition: unknown): Runnable;
  groupBy(...names: string[]): Runnable;
  summarise(entries: Record<string, unknown>): Runnable;
  collect(options?: object): Promise<Table>;
}

const schema = new Schema(columns.map(({ name, type }) => ({ name, type, nullable: true })));
const source = (): Runnable => {
  const record = Object.fromEntries(
    columns.map(({ name, type, values }) => [
      name,
      type.kind === 'date'
        ? values.map((v) => (v === null ? null : new Date(Number(v) * 86_400_000)))
        : values,
    ]),
  );
  return tbl(record, { schema }) as unknown as Runnable;
};

/** Which rows, and by which keys. */
const shapes = [
  { name: 'all rows', where: 'true', keep: col('g').isNull().or(col('g').isNotNull()), by: [] },
  { name: 'no rows', where: 'g > 100', keep: col('g').gt(100), by: [] },
  { name: 'no rows by g', where: 'g > 100', keep: col('g').gt(100), by: ['g'] },
  { name: 'one row', where: 'g = 3 and l > 100', keep: col('g').eq(3).and(col('l').gt(100)), by: [] },
  { name: 'by g', where: 'true', keep: col('g').isNull().or(col('g').isNotNull()), by: ['g'] },
  { name: 'by t and b', where: 'true', keep: col('g').isNull().or(col('g').isNotNull()), by: ['t', 'b'] },
] as const;

describe('aggregates', () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await Oracle.open();
    const tuples = Array.from(
      { length: rows },
      (_, r) => `(${[r, ...columns.map((c) => sqlValue(c.values[r] ?? null, c))].join(', ')})`,
    );
    await oracle.run([
      `create table t as select * from (values ${tuples.join(', ')}) v(rid, ${everything.join(', ')})`,
    ]);
  });
  afterAll(() => {
    oracle.close();
  });

  async function check(
    shape: (typeof shapes)[number],
    entries: Record<string, unknown>,
    sql: readonly string[],
  ): Promise<void> {
    const filtered = source().filter(shape.keep);
    const grouped = shape.by.length > 0 ? filtered.groupBy(...shape.by) : filtered;
    for (const options of [{}, { threads: 1, forceSpill: true }, { equalHashes: true }]) {
      const table = await grouped.summarise(entries).collect({ ...options, int64: 'bigint' });
      const list = [...shape.by, ...sql].join(', ');
      const by = shape.by.length > 0 ? ` group by ${shape.by.join(', ')}` : '';
      const { fields, names } = table.schema;
      const text = `select ${list} from t where ${shape.where}${by}`;
      const theirs = await oracle.rows(
        text,
        fields.map((f) => f.type),
        names,
      );
      expect(difference(neutralRows(table), theirs, false)).toBeUndefined();
    }
  }

  const everyAggregate = Object.entries(definitions).flatMap(([name, { of }]) =>
    of.map((column) => [name, column] as const),
  );
  it.each(everyAggregate)('%s of %s', async (name, column) => {
    const { build, sql } = definitions[name as AggregateName];
    for (const shape of shapes) await check(shape, { a: build(col(column)) }, [`${sql(column)} as a`]);
  });

  const everyDistinct = distinct.flatMap(({ name, of }) => of.map((column) => [name, column] as const));
  it.each(everyDistinct)('%s of distinct %s', async (name, column) => {
    const build = make[name as 'sum'] as (x: unknown, options: object) => unknown;
    const sql = definitions[name as AggregateName].sql(`distinct ${column}`).replace('::double', '');
    for (const shape of shapes)
      await check(shape, { a: build(col(column), { distinct: true }) }, [`${sql} as a`]);
  });

  it.each(['sum', 'mean', 'max', 'nDistinct'] as const)('%s where another column says so', async (name) => {
    const build = make[name] as (x: unknown, options: object) => unknown;
    for (const shape of shapes) {
      const entries = { a: build(col('i'), { where: col('b') }), c: make.n({ where: col('b') }) };
      await check(shape, entries, [
        `${definitions[name].sql('i')} filter (where b) as a`,
        'count(*) filter (where b) as c',
      ]);
    }
  });

  it('several at once do not disturb each other', async () => {
    const chosen = Object.entries(definitions).flatMap(([name, { of, build, sql }]) =>
      of.map((column) => ({ name: `${name}_${column}`, build: build(col(column)), sql: sql(column) })),
    );
    for (const shape of shapes) {
      const entries = Object.fromEntries(chosen.map((x) => [x.name, x.build]));
      await check(
        shape,
        entries,
        chosen.map((x) => `${x.sql} as ${x.name}`),
      );
    }
  });

  it('names the overflow of an integer sum', async () => {
    const big = tbl({ x: new BigInt64Array([(1n << 63n) - 1n, 1n]) }) as unknown as Runnable;
    await expect(big.summarise({ s: make.sum(col('x')) }).collect()).rejects.toMatchObject({ code: 'data' });
    const back = tbl({ x: new BigInt64Array([(1n << 63n) - 1n, 1n, -5n]) }) as unknown as Runnable;
    const table = await back.summarise({ s: make.sum(col('x')) }).collect({ int64: 'bigint' });
    expect(table.at(0)).toEqual({ s: (1n << 63n) - 5n });
  });
});
