/** Random typed expressions that exist twice: in Spillway's words and in DuckDB's SQL. */
import fc from 'fast-check';

import type { UntypedExpression } from '../../src/expr/methods.js';
import { coalesce, col, ifElse, lit } from '../../src/expr/builders.js';
import type { TypeName } from './relation.js';

type E = UntypedExpression<unknown>;

/** What an expression's values are, as far as operations care. */
export type Kind = 'bool' | 'int' | 'float' | 'text' | 'date' | 'time';

export interface RandomExpr {
  readonly kind: Kind;
  readonly sql: string;
  readonly build: () => E;
}

export interface KnownColumn {
  readonly name: string;
  readonly kind: Kind;
}

export const kindOf: Record<TypeName, Kind> = {
  bool: 'bool',
  int8: 'int',
  int32: 'int',
  int64: 'int',
  float32: 'float',
  float64: 'float',
  utf8: 'text',
  date: 'date',
  timestamp: 'time',
};

interface Operation {
  readonly result: Kind;
  readonly args: readonly Kind[];
  readonly build: (...args: E[]) => unknown;
  readonly sql: (...args: string[]) => string;
}

const cmp = (kind: Kind): Operation[] =>
  (['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const).map((name, i) => ({
    result: 'bool',
    args: [kind, kind],
    build: (a, b) => a[name](b),
    sql: (a, b) => `(${a ?? ''} ${['=', '<>', '<', '<=', '>', '>='][i] ?? ''} ${b ?? ''})`,
  }));

const op = (result: Kind, args: readonly Kind[], build: Operation['build'], sql: Operation['sql']): Operation => ({
  result,
  args,
  build,
  sql,
});

/** Integers are widened first: the generator must not overflow where DuckDB would have another type. */
const operations: readonly Operation[] = [
  ...(['bool', 'int', 'float', 'text', 'date', 'time'] as const).flatMap(cmp),
  op('bool', ['bool', 'bool'], (a, b) => a.and(b), (a, b) => `(${a!} and ${b!})`),
  op('bool', ['bool', 'bool'], (a, b) => a.or(b), (a, b) => `(${a!} or ${b!})`),
  op('bool', ['bool'], (a) => a.not(), (a) => `(not ${a!})`),
  ...(['bool', 'int', 'float', 'text', 'date', 'time'] as const).flatMap((kind) => [
    op('bool', [kind], (a) => a.isNull(), (a) => `(${a!} is null)`),
    op('bool', [kind], (a) => a.isNotNull(), (a) => `(${a!} is not null)`),
    op('bool', [kind, kind], (a, b) => a.eqNull(b), (a, b) => `(${a!} is not distinct from ${b!})`),
    op(kind, ['bool', kind, kind], (c, a, b) => ifElse(c, a, b), (c, a, b) => `(case when ${c!} then ${a!} else ${b!} end)`),
    op(kind, [kind, kind], (a, b) => coalesce(a, b), (a, b) => `coalesce(${a!}, ${b!})`),
    op(kind, [kind, kind], (a, b) => a.nullIf(b), (a, b) => `nullif(${a!}, ${b!})`),
    op('bool', [kind, kind, kind], (a, b, c) => a.between(b, c), (a, b, c) => `(${a!} between ${b!} and ${c!})`),
  ]),
  op('int', ['int', 'int'], (a, b) => a.cast('int64').add(b), (a, b) => `(${a!}::bigint + ${b!})`),
  op('int', ['int', 'int'], (a, b) => a.cast('int64').sub(b), (a, b) => `(${a!}::bigint - ${b!})`),
  op('int', ['int'], (a) => a.cast('int64').neg(), (a) => `(-(${a!}::bigint))`),
  op('int', ['int'], (a) => a.cast('int64').abs(), (a) => `abs(${a!}::bigint)`),
  op('int', ['int', 'int'], (a, b) => a.cast('int64').idiv(b), (a, b) => `(case when ${b!} = 0 then null else ${a!}::bigint // ${b!} end)`),
  op('int', ['int', 'int'], (a, b) => a.cast('int64').mod(b), (a, b) => `(case when ${b!} = 0 then null else ${a!}::bigint % ${b!} end)`),
  op('float', ['float', 'float'], (a, b) => a.cast('float64').add(b), (a, b) => `(${a!}::double + ${b!})`),
  op('float', ['float', 'float'], (a, b) => a.cast('float64').sub(b), (a, b) => `(${a!}::double - ${b!})`),
  op('float', ['float', 'float'], (a, b) => a.cast('float64').mul(b), (a, b) => `(${a!}::double * ${b!})`),
  op('float', ['float'], (a) => a.cast('float64').floor(), (a) => `floor(${a!}::double)`),
  op('float', ['float'], (a) => a.cast('float64').ceil(), (a) => `ceil(${a!}::double)`),
  op('float', ['float'], (a) => a.cast('float64').abs(), (a) => `abs(${a!}::double)`),
  op('bool', ['float'], (a) => a.isNaN(), (a) => `isnan(${a!})`),
  op('bool', ['float'], (a) => a.isFinite(), (a) => `isfinite(${a!})`),
  op('float', ['int', 'int'], (a, b) => a.div(b.mul(2).add(1)), (a, b) => `(${a!}::double / (${b!} * 2 + 1)::double)`),
  op('float', ['int'], (a) => a.cast('float64'), (a) => `${a!}::double`),
  op('text', ['text', 'text'], (a, b) => a.concat(b), (a, b) => `(${a!} || ${b!})`),
  op('text', ['text'], (a) => a.lower(), (a) => `lower(${a!})`),
  op('text', ['text'], (a) => a.substr(2, 3), (a) => `substr(${a!}, 2, 3)`),
  op('int', ['text'], (a) => a.length(), (a) => `length(${a!})`),
  op('bool', ['text', 'text'], (a, b) => a.contains(b), (a, b) => `contains(${a!}, ${b!})`),
  op('bool', ['text', 'text'], (a, b) => a.startsWith(b), (a, b) => `starts_with(${a!}, ${b!})`),
  op('bool', ['text', 'text'], (a, b) => a.endsWith(b), (a, b) => `ends_with(${a!}, ${b!})`),
  op('bool', ['text'], (a) => a.like('%a_l%'), (a) => `(${a!} like '%a_l%' escape '\\')`),
  ...(['date', 'time'] as const).flatMap((kind) => [
    op('int', [kind], (a) => a.year(), (a) => `year(${a!})`),
    op('int', [kind], (a) => a.month(), (a) => `month(${a!})`),
    op('int', [kind], (a) => a.day(), (a) => `day(${a!})`),
    op('int', [kind], (a) => a.weekday(), (a) => `isodow(${a!})`),
  ]),
  op('int', ['time'], (a) => a.hour(), (a) => `hour(${a!})`),
  op('int', ['time'], (a) => a.minute(), (a) => `minute(${a!})`),
  op('time', ['time'], (a) => a.dateTrunc('month'), (a) => `date_trunc('month', ${a!})`),
];

const literals: Record<Kind, fc.Arbitrary<RandomExpr>> = {
  bool: fc.boolean().map((v) => ({ kind: 'bool', sql: String(v), build: () => lit(v) as unknown as E })),
  int: fc.integer({ min: -20, max: 20 }).map((v) => ({ kind: 'int', sql: `${v}`, build: () => lit(v) as unknown as E })),
  float: fc
    .constantFrom(0.5, -2, 100.25)
    .map((v) => ({ kind: 'float', sql: `${v}::double`, build: () => lit(v).cast('float64') as unknown as E })),
  text: fc
    .constantFrom('', 'a', 'ü', "it's")
    .map((v) => ({ kind: 'text', sql: `'${v.replaceAll("'", "''")}'`, build: () => lit(v) as unknown as E })),
  date: fc
    .constantFrom('1970-01-01', '2001-02-28')
    .map((v) => ({ kind: 'date', sql: `date '${v}'`, build: () => lit(v).cast('date') as unknown as E })),
  time: fc.constantFrom('1999-12-31 23:59:59').map((v) => ({
    kind: 'time',
    sql: `timestamp '${v}'`,
    build: () => lit(v).cast('timestamp(us)') as unknown as E,
  })),
};

/** An expression of one kind over the known columns, at most `depth` operations deep. */
export function expression(kind: Kind, columns: readonly KnownColumn[], depth: number): fc.Arbitrary<RandomExpr> {
  const fitting = columns.filter((c) => c.kind === kind);
  const leaves: fc.Arbitrary<RandomExpr>[] = [literals[kind]];
  if (fitting.length > 0) {
    const leaf = fc.constantFrom(...fitting).map(({ name }) => ({ kind, sql: name, build: () => col(name) as E }));
    leaves.push(leaf, leaf, leaf);
  }
  const simple = fc.oneof(...leaves);
  if (depth === 0) return simple;
  const inner = operations.filter((o) => o.result === kind);
  if (inner.length === 0) return simple;
  const composed = fc.constantFrom(...inner).chain((o) =>
    fc.tuple(...o.args.map((arg) => expression(arg, columns, depth - 1))).map((args) => ({
      kind,
      sql: o.sql(...args.map((a) => a.sql)),
      build: () => o.build(...args.map((a) => a.build())) as E,
    })),
  );
  return fc.oneof(simple, composed, composed);
}
