/** Joins with nearest rows give what DuckDB gives for all pairs measured and numbered, under every setting. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../src/data/table.js';
import { Schema } from '../../src/data/schema.js';
import type { DataType } from '../../src/data/types.js';
import * as types from '../../src/data/types.js';
import type { RunOptions } from '../../src/exec/run-options.js';
import { tbl } from '../../src/query/default-engine.js';
import type { Query } from '../../src/query/query.js';
import type { UntypedRow } from '../../src/query/row-types.js';
import { difference, neutralRows, Oracle } from './oracle.js';

/** Rows never depend on these. */
const settings: readonly { readonly name: string; readonly options: RunOptions }[] = [
  { name: 'as it comes', options: {} },
  { name: 'one thread', options: { threads: 1 } },
  { name: 'eight threads', options: { threads: 8, morselPages: 1 } },
  { name: 'small batches', options: { batchRows: 7, threads: 2 } },
  { name: 'forced spill', options: { forceSpill: true, threads: 2 } },
  { name: 'little memory', options: { threads: 1, memory: '6MB' } },
  { name: 'no rules', options: { rules: { off: ['all'] } } },
];

/** A generator of whole numbers below `n`, the same every time. */
function numbers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const files: string[] = [];

interface Collected {
  collect(options: RunOptions): Promise<Table>;
}

type Value = null | boolean | number | bigint | string | Date;

interface Made {
  readonly query: Query<UntypedRow>;
  readonly sql: readonly string[];
}

/** Rows on a small grid (so that many distances are equal), with a key and columns of every type behind it. */
async function made(name: string, rows: number, seed: number, groups: number): Promise<Made> {
  const next = numbers(seed);
  const orNull = <T>(value: T): T | null => (next(7) === 0 ? null : value);
  const columns: Record<string, { type: DataType; sql: string; value: (i: number) => Value }> = {
    id: { type: types.int32, sql: 'INTEGER', value: (i) => i },
    x: { type: types.float64, sql: 'DOUBLE', value: () => next(20) / 2 },
    y: { type: types.int32, sql: 'INTEGER', value: () => next(12) },
    key: { type: types.utf8, sql: 'VARCHAR', value: () => orNull(`group ${next(groups)}`) },
    small: { type: types.int8, sql: 'TINYINT', value: () => orNull(next(99) - 50) },
    big: { type: types.int64, sql: 'BIGINT', value: () => orNull(BigInt(next(2 ** 30)) * 1_000_000n) },
    single: { type: types.float32, sql: 'FLOAT', value: () => orNull(next(100) / 4) },
    flag: { type: types.bool, sql: 'BOOLEAN', value: () => orNull(next(2) === 1) },
    text: { type: types.utf8, sql: 'VARCHAR', value: (i) => orNull(`${'text '.repeat(next(4))}${i}`) },
    day: { type: types.date, sql: 'DATE', value: () => orNull(new Date(next(20_000) * 86_400_000)) },
  };
  const names = Object.keys(columns);
  const data = Object.fromEntries(names.map((column) => [column, [] as Value[]]));
  const values: string[] = [];
  for (let i = 0; i < rows; i++) {
    const row = names.map((column) => columns[column]!.value(i));
    row.forEach((value, c) => data[names[c]!]!.push(value));
    const cells = row.map((value) => {
      if (value === null) return 'NULL';
      if (value instanceof Date) return `'${value.toISOString().slice(0, 10)}'`;
      return typeof value === 'string' ? `'${value}'` : `${value}`;
    });
    values.push(`(${cells.join(',')})`);
  }
  const schema = new Schema(
    names.map((column) => ({ name: column, type: columns[column]!.type, nullable: true })),
  );
  const file = path.join(tmpdir(), `spillway-joins-${name}-${process.pid}.vtr`);
  files.push(file);
  await tbl(data, { schema }).writeVtr(file);
  return {
    query: tbl(file),
    sql: [
      `create table ${name} (${names.map((column) => `${column} ${columns[column]!.sql}`).join(', ')})`,
      `insert into ${name} values ${values.join(',')}`,
    ],
  };
}

/** All pairs, measured; `where`: which are compared; of each query those of rank `upTo`. */
function pairs(queries: string, reference: string, { where = 'true', upTo = 'true' } = {}): string {
  return `select * from (
    select q.*, row_number() over (partition by q.id order by d, r_id) as rank, d as distance, ${[
      'id',
      'x',
      'y',
      'key',
      'small',
      'big',
      'single',
      'flag',
      'text',
      'day',
    ]
      .map((column) => `r_${column} as ${column}_right`)
      .join(', ')}
    from ${queries} q, (select ${['id', 'x', 'y', 'key', 'small', 'big', 'single', 'flag', 'text', 'day']
      .map((column) => `${column} as r_${column}`)
      .join(', ')} from ${reference}) r,
      lateral (select list_distance([q.x, q.y]::DOUBLE[], [r_x, r_y]::DOUBLE[]) as d)
    where ${where}) where ${upTo} order by id, rank`;
}

describe('joins with nearest rows answer as DuckDB does', () => {
  let oracle: Oracle;
  let queries: Query<UntypedRow>;
  let reference: Query<UntypedRow>;
  let large: Query<UntypedRow>;
  beforeAll(async () => {
    oracle = await Oracle.open();
    const sides = [
      await made('q', 1500, 1, 9),
      await made('r', 700, 2, 9),
      await made('large', 20_000, 3, 30),
    ];
    for (const { sql } of sides) await oracle.run(sql);
    [queries, reference, large] = sides.map((side) => side.query) as [never, never, never];
  });
  afterAll(() => {
    oracle.close();
    for (const file of files) rmSync(file, { force: true });
  });

  const check = async (query: Collected, sql: string, only = settings): Promise<void> => {
    let expected: Awaited<ReturnType<Oracle['rows']>> | undefined;
    for (const { name, options } of only) {
      const table = await query.collect({ ...options, int64: 'bigint', dates: 'bigint' });
      const { fields, names } = table.schema;
      expected ??= await oracle.rows(
        sql,
        fields.map((field) => field.type),
        names,
      );
      const wrong = difference(neutralRows(table), expected, true);
      expect(wrong === undefined ? 'the same' : `${name}: ${wrong}`).toBe('the same');
    }
  };

  it('k nearest, with all columns', async () => {
    await check(queries.knnJoin(reference, { on: ['x', 'y'], k: 5 }), pairs('q', 'r', { upTo: 'rank <= 5' }));
  });

  it('of filtered rows, by key, within a radius as well', async () => {
    const some = reference.filter((r) => r('small').gt(-10));
    await check(
      queries
        .filter((r) => r('flag').eq(true))
        .knnJoin(some, { on: ['x', 'y'], k: 4, radius: 2.5, by: 'key' }),
      pairs('(select * from q where flag)', '(select * from r where small > -10)', {
        where: 'q.key = r_key and d <= 2.5',
        upTo: 'rank <= 4',
      }),
    );
    await check(
      queries.knnJoin(reference, { on: ['x', 'y'], k: 2, by: { key: 'key' }, nulls: 'match' }),
      pairs('q', 'r', { where: 'q.key is not distinct from r_key', upTo: 'rank <= 2' }),
    );
  });

  it('all within a radius', async () => {
    await check(
      queries.filter((r) => r('id').lt(400)).radiusJoin(reference, { on: ['x', 'y'], radius: 1 }),
      pairs('(select * from q where id < 400)', 'r', { where: 'd <= 1' }),
    );
  });

  it('among many rows, in large groups, by each method', async () => {
    const few = queries.head(60);
    const sql = pairs('(select * from q limit 60)', 'large', { upTo: 'rank <= 7' });
    for (const method of ['direct', 'tile', 'tree'])
      await check(few.knnJoin(large, { on: ['x', 'y'], k: 7, method }), sql, settings.slice(0, 4));
    await check(
      few.knnJoin(
        large.mutate({ key: (r) => r('id').mod(3) }).mutate({ key: (r) => r('key').cast('utf8') }),
        {
          on: ['x', 'y'],
          k: 3,
          by: { small: 'id' },
        },
      ),
      pairs('(select * from q limit 60)', '(select * replace ((id % 3)::varchar as key) from large)', {
        where: 'q.small = r_id',
        upTo: 'rank <= 3',
      }),
      settings.slice(0, 3),
    );
  });

  it('filtered and grouped afterwards', async () => {
    const near = queries.knnJoin(reference, { on: ['x', 'y'], k: 3 });
    const all = pairs('q', 'r', { upTo: 'rank <= 3' });
    await check(
      near.filter((r) => r('id').lt(400).and(r('rank').ge(2)).and(r('small_right').gt(0))),
      `select * from (${all}) where id < 400 and rank >= 2 and small_right > 0 order by id, rank`,
    );
    await check(
      near.count('rank', 'flag_right').arrange('rank', 'flag_right'),
      `select rank, flag_right, count(*) as n from (${all}) group by all order by rank, flag_right nulls last`,
    );
  });

  it('of sorted and cut sides', async () => {
    await check(
      queries
        .arrange('big', 'id')
        .head(300)
        .knnJoin(reference.arrange('day', 'id').head(100), { on: ['x', 'y'], k: 1 })
        .arrange('id')
        .select('id', 'distance'),
      `select id, min(list_distance([q.x, q.y]::DOUBLE[], [rx, ry]::DOUBLE[])) as distance
       from (select * from q order by big nulls last, id limit 300) q,
         (select x as rx, y as ry from r order by day nulls last, id limit 100)
       group by id order by id`,
    );
  });
});
