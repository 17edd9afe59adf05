/** Every scalar function against DuckDB, over the cross product of awkward operands. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ColumnInput } from '../../src/data/import-rows.js';
import { Schema } from '../../src/data/schema.js';
import type { Table } from '../../src/data/table.js';
import type { DataType } from '../../src/data/types.js';
import * as types from '../../src/data/types.js';
import { call, column, literal } from '../../src/expr/build.js';
import type { Expr } from '../../src/expr/expr.js';
import { ExpressionObject } from '../../src/expr/expression.js';
import type { FunctionName } from '../../src/expr/functions/index.js';
import { functions } from '../../src/expr/functions/index.js';
import { tbl } from '../../src/query/default-engine.js';
import type { Neutral } from './oracle.js';
import { neutralRows, Oracle, same } from './oracle.js';

type Kind = 'i32' | 'i64' | 'f64' | 'text' | 'bool' | 'date' | 'time';

const domain: Record<
  Kind,
  { readonly type: DataType; readonly sql: string; readonly values: readonly Neutral[] }
> = {
  i32: { type: types.int32, sql: 'INTEGER', values: [null, 0, 1, -1, 2, 7, -8, 31, 2147483647, -2147483648] },
  i64: {
    type: types.int64,
    sql: 'BIGINT',
    values: [null, 0n, 1n, -3n, 1n << 40n, (1n << 63n) - 1n, -(1n << 63n)],
  },
  f64: {
    type: types.float64,
    sql: 'DOUBLE',
    values: [
      null,
      0,
      -0,
      1,
      -1,
      0.5,
      -2.5,
      1.5,
      2.345,
      1e-8,
      709,
      1e15,
      -1e300,
      5e-324,
      NaN,
      Infinity,
      -Infinity,
    ],
  },
  text: {
    type: types.utf8,
    sql: 'VARCHAR',
    values: [
      null,
      '',
      'a',
      'ABC',
      'abc',
      ' padded ',
      'grün',
      'ÄÖÜ',
      '日本語',
      '😀 smile',
      'a%b_c',
      'longer than twelve bytes, by far',
    ],
  },
  bool: { type: types.bool, sql: 'BOOLEAN', values: [null, true, false] },
  date: {
    type: types.date,
    sql: 'DATE',
    values: [null, 0, -1, 19_782, 11_016, -719_162, 2_932_896, 364, 365],
  },
  time: {
    type: types.timestamp('us'),
    sql: 'TIMESTAMP',
    values: [
      null,
      0n,
      -1n,
      1_709_164_799_999_999n,
      951_782_400_000_000n,
      -62_135_596_800_000_000n,
      86_399_999_999n,
    ],
  },
};

interface Case {
  readonly args: readonly Kind[];
  /** Operands behind the columns. */
  readonly constants?: readonly (number | string)[];
  /** Where DuckDB spells it otherwise than the function's own template does. */
  readonly sql?: string;
}

const c = (args: string, extra: Omit<Case, 'args'> = {}): Case => ({
  args: args.split(' ') as Kind[],
  ...extra,
});
const one = (sql?: string): Case[] => [c('f64', sql === undefined ? {} : { sql })];
const numeric = (): Case[] => [c('i32'), c('i64'), c('f64')];
const pairs = (sql?: string): Case[] =>
  ['i32 i32', 'i64 i64', 'f64 f64', 'i32 f64', 'i32 i64'].map((kinds) =>
    c(kinds, sql === undefined ? {} : { sql }),
  );
const alike = (): Case[] =>
  ['i32 i32', 'i64 i64', 'f64 f64', 'text text', 'bool bool', 'date date', 'time time'].map((kinds) =>
    c(kinds),
  );
const every = (): Case[] => (Object.keys(domain) as Kind[]).map((kind) => c(kind));
/** Our meaning where DuckDB raises an error or returns something else by design. */
const guarded = (bad: string, instead: string, good: string): string =>
  `case when ${bad} then ${instead} else ${good} end`;

const cases: Record<FunctionName, readonly Case[]> = {
  add: pairs(),
  sub: pairs(),
  mul: pairs(),
  div: pairs('({0}::double / {1}::double)'),
  idiv: [
    c('i32 i32', { sql: guarded('{1} = 0', 'null', '({0} // {1})') }),
    c('i64 i64', { sql: guarded('{1} = 0', 'null', '({0} // {1})') }),
    c('f64 f64', { sql: guarded('{1} = 0', 'null', 'trunc({0} / {1})') }),
  ],
  mod: [
    // The remainder of the least integer by −1 is 0; DuckDB overflows on the way to it.
    c('i32 i32', { sql: guarded('{1} = 0', 'null', guarded('{1} = -1', '{0} * 0', '({0} % {1})')) }),
    c('i64 i64', { sql: guarded('{1} = 0', 'null', guarded('{1} = -1', '{0} * 0', '({0} % {1})')) }),
    c('f64 f64', { sql: guarded('{1} = 0', 'null', '({0} % {1})') }),
  ],
  pow: [c('f64 f64', { sql: 'pow({0}, {1})' })],
  neg: numeric(),
  abs: numeric(),
  sign: [c('i32'), c('i64'), c('f64', { sql: guarded('isnan({0})', `'NaN'::double`, 'sign({0})') })],
  floor: numeric(),
  ceil: numeric(),
  round: [c('f64'), c('i32')],
  trunc: [c('f64'), c('i32')],
  sqrt: one(guarded('{0} < 0', `'NaN'::double`, 'sqrt({0})')),
  cbrt: one(),
  exp: one(),
  ln: one(guarded('{0} = 0', `'-Infinity'::double`, guarded('{0} < 0', `'NaN'::double`, 'ln({0})'))),
  log2: one(guarded('{0} = 0', `'-Infinity'::double`, guarded('{0} < 0', `'NaN'::double`, 'log2({0})'))),
  log10: one(guarded('{0} = 0', `'-Infinity'::double`, guarded('{0} < 0', `'NaN'::double`, 'log10({0})'))),
  sin: one(guarded('isinf({0})', `'NaN'::double`, 'sin({0})')),
  cos: one(guarded('isinf({0})', `'NaN'::double`, 'cos({0})')),
  tan: one(guarded('isinf({0})', `'NaN'::double`, 'tan({0})')),
  asin: one(guarded('abs({0}) > 1', `'NaN'::double`, 'asin({0})')),
  acos: one(guarded('abs({0}) > 1', `'NaN'::double`, 'acos({0})')),
  atan: one(),
  sinh: one('sinh({0})'),
  cosh: one('cosh({0})'),
  tanh: one('tanh({0})'),
  atan2: [c('f64 f64', { sql: 'atan2({0}, {1})' })],
  // DuckDB has no hypot; the definition holds where nothing overflows.
  hypot: [c('i32 i32', { sql: 'sqrt({0}::double * {0} + {1}::double * {1})' })],
  least: alike(),
  greatest: alike(),
  isFinite: one('isfinite({0})'),
  isNaN: one('isnan({0})'),
  bitAnd: [c('i32 i32'), c('i64 i64')],
  bitOr: [c('i32 i32'), c('i64 i64')],
  bitXor: [c('i32 i32', { sql: 'xor({0}, {1})' }), c('i64 i64', { sql: 'xor({0}, {1})' })],
  shiftLeft: [
    c('i64', { constants: [3], sql: `case when {0} >= 0 and {0} < ${2n ** 60n} then {0} << 3 end` }),
  ],
  shiftRight: [c('i64', { constants: [3], sql: '({0} >> 3)' })],
  eq: alike(),
  ne: alike(),
  lt: alike(),
  le: alike(),
  gt: alike(),
  ge: alike(),
  eqNull: alike().map((x) => ({ ...x, sql: '({0} is not distinct from {1})' })),
  in: [
    c('i32', { constants: [7, -1], sql: '({0} in (7, -1))' }),
    c('text', { constants: ['abc', ''], sql: "({0} in ('abc', ''))" }),
  ],
  between: [
    c('i32 i32 i32', { sql: '({0} between {1} and {2})' }),
    c('date date date', { sql: '({0} between {1} and {2})' }),
  ],
  and: [c('bool bool')],
  or: [c('bool bool')],
  not: [c('bool')],
  isNull: every(),
  isNotNull: every(),
  ifElse: [
    c('bool i32 i32', { sql: 'case when {0} then {1} else {2} end' }),
    c('bool text text', { sql: 'case when {0} then {1} else {2} end' }),
  ],
  coalesce: [...alike(), c('i32 i32 i32')],
  nullIf: alike().map((x) => ({ ...x, sql: 'nullif({0}, {1})' })),
  length: [c('text')],
  lower: [c('text')],
  upper: [c('text', { sql: 'upper({0})' })],
  trim: [c('text')],
  substr: [
    ...[1, 2, 0, -1, -3, 40].map((start) => c('text', { constants: [start], sql: `substr({0}, ${start})` })),
    ...[
      [1, 2],
      [2, 3],
      [-4, 2],
      [0, 3],
      [3, 0],
    ].map((constants) => c('text', { constants, sql: `substr({0}, ${constants.join(', ')})` })),
  ],
  contains: [c('text text', { sql: 'contains({0}, {1})' })],
  startsWith: [c('text text', { sql: 'starts_with({0}, {1})' })],
  endsWith: [c('text text', { sql: 'ends_with({0}, {1})' })],
  like: ['%', 'a%', '%b%', '_', '%語', 'a\\%b\\_c', '', '%a%e%'].map((p) =>
    c('text', { constants: [p], sql: `({0} like '${p}' escape '\\')` }),
  ),
  concat: [c('text text', { sql: '({0} || {1})' })],
  year: [c('date', { sql: 'year({0})' }), c('time', { sql: 'year({0})' })],
  quarter: [c('date', { sql: 'quarter({0})' }), c('time', { sql: 'quarter({0})' })],
  month: [c('date', { sql: 'month({0})' }), c('time', { sql: 'month({0})' })],
  day: [c('date', { sql: 'day({0})' }), c('time', { sql: 'day({0})' })],
  weekday: [c('date', { sql: 'isodow({0})' }), c('time', { sql: 'isodow({0})' })],
  hour: [c('time', { sql: 'hour({0})' })],
  minute: [c('time', { sql: 'minute({0})' })],
  second: [c('time', { sql: 'second({0})' })],
  dateTrunc: ['year', 'quarter', 'month', 'week', 'day'].flatMap((part) => [
    c('time', { constants: [part], sql: `date_trunc('${part}', {0})` }),
    c('date', { constants: [part], sql: `date_trunc('${part}', {0})::date` }),
  ]),
};

/** Rows of all combinations of the operands' values. */
function combinations(kinds: readonly Kind[]): Neutral[][] {
  return kinds.reduce<Neutral[][]>(
    (rows, kind) => rows.flatMap((row) => domain[kind].values.map((v) => [...row, v])),
    [[]],
  );
}

function sqlValue(value: Neutral, kind: Kind): string {
  if (value === null) return `null::${domain[kind].sql}`;
  if (kind === 'text') return `'${String(value).replaceAll("'", "''")}'`;
  if (kind === 'date') return `(date '1970-01-01' + ${String(value)})`;
  if (kind === 'time') return `make_timestamp(${String(value)}::bigint)`;
  return `'${Object.is(value, -0) ? '-0.0' : String(value)}'::${domain[kind].sql}`;
}

function inMemory(
  rows: readonly Neutral[][],
  kinds: readonly Kind[],
): { data: Record<string, ColumnInput>; schema: Schema } {
  const data = Object.fromEntries(
    kinds.map((kind, i) => [
      `x${i}`,
      rows.map((row) => {
        const value = row[i] ?? null;
        return kind === 'date' && value !== null ? new Date(Number(value) * 86_400_000) : value;
      }),
    ]),
  );
  return {
    data,
    schema: new Schema(kinds.map((kind, i) => ({ name: `x${i}`, type: domain[kind].type, nullable: true }))),
  };
}

interface Runnable {
  mutate(columns: Record<string, unknown>): Runnable;
  select(...names: string[]): Runnable;
  filter(condition: unknown): Runnable;
  collect(options: object): Promise<Table>;
}

/** Undefined where ours is a `data` error (overflow), which DuckDB's TRY answers with null. */
async function ours(
  expr: Expr,
  rows: readonly Neutral[][],
  kinds: readonly Kind[],
): Promise<(Neutral | undefined)[]> {
  const { data, schema } = inMemory(rows, kinds);
  const query = tbl(data, { schema }) as unknown as Runnable;
  try {
    const table = await query
      .mutate({ y: new ExpressionObject(expr) })
      .select('y')
      .collect({ int64: 'bigint' });
    return neutralRows(table).map((row) => row[0] ?? null);
  } catch (error) {
    if ((error as { code?: string }).code !== 'data') throw error;
    if (rows.length === 1) return [undefined];
    const half = rows.length >> 1;
    return [
      ...(await ours(expr, rows.slice(0, half), kinds)),
      ...(await ours(expr, rows.slice(half), kinds)),
    ];
  }
}

describe('scalar functions', () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await Oracle.open();
  });
  afterAll(() => {
    oracle.close();
  });

  const all = Object.entries(cases).flatMap(([name, list]) =>
    list.map((item) => [name, [...item.args, ...(item.constants ?? [])].join(', '), item] as const),
  );

  it.each(all)('%s(%s)', { timeout: 120_000 }, async (name, _, { args, constants = [], sql }) => {
    const rows = combinations(args);
    const operands = [...args.map((_kind, i) => column(`x${i}`)), ...constants.map((v) => literal(v))];
    const mine = await ours(call(name, operands), rows, args);
    const names = args.map((_kind, i) => `x${i}`);
    const template = sql ?? functions[name as FunctionName].sql.replace('{*}', names.join(', '));
    const text = template.replace(/\{(\d)\}/g, (_all, i: string) => `x${i}`);
    const tuples = rows.map((row, r) => `(${[r, ...row.map((v, i) => sqlValue(v, args[i]!))].join(', ')})`);
    const { schema } = (
      tbl(inMemory([], args).data, { schema: inMemory([], args).schema }) as unknown as Runnable
    ).mutate({ y: new ExpressionObject(call(name, operands)) }) as unknown as { schema: Schema };
    const theirs = await oracle.rows(
      `select try(${text}) y from (values ${tuples.join(', ')}) v(r, ${names.join(', ')}) order by r`,
      [schema.field('y')!.type],
      ['y'],
    );
    const wrong = rows.flatMap((row, r) => {
      const a = mine[r];
      const b = theirs[r]?.[0] ?? null;
      const equal = a === undefined ? b === null : same(a, b);
      return equal
        ? []
        : [
            `${name}(${[...row, ...constants].map(String).join(', ')}) is ${String(a)} here, ${String(b)} there`,
          ];
    });
    expect(wrong.slice(0, 8)).toEqual([]);
  });
});
