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

/** @param kinds those of the arguments, separated by spaces   @param sql with $1, $2, $3 for the arguments */
function op(result: Kind, kinds: string, build: Operation['build'], sql: string): Operation {
  const fill = (...args: string[]): string =>
    sql.replace(/\$(\d)/g, (_, i: string) => args[Number(i) - 1] ?? '');
  return { result, args: kinds.split(' ') as Kind[], build, sql: fill };
}

const kinds: readonly Kind[] = ['bool', 'int', 'float', 'text', 'date', 'time'];

const signs = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;
const comparisons = kinds.flatMap((kind) =>
  (Object.keys(signs) as (keyof typeof signs)[]).map((name) =>
    op('bool', `${kind} ${kind}`, (a, b) => a[name](b), `($1 ${signs[name]} $2)`),
  ),
);

/** Integers are widened first: the generator must not overflow where DuckDB would have another type. */
const operations: readonly Operation[] = [
  ...comparisons,
  op('bool', 'bool bool', (a, b) => a.and(b), '($1 and $2)'),
  op('bool', 'bool bool', (a, b) => a.or(b), '($1 or $2)'),
  op('bool', 'bool', (a) => a.not(), '(not $1)'),
  ...kinds.flatMap((kind) => [
    op('bool', kind, (a) => a.isNull(), '($1 is null)'),
    op('bool', kind, (a) => a.isNotNull(), '($1 is not null)'),
    op('bool', `${kind} ${kind}`, (a, b) => a.eqNull(b), '($1 is not distinct from $2)'),
    op(kind, `bool ${kind} ${kind}`, (c, a, b) => ifElse(c, a, b), '(case when $1 then $2 else $3 end)'),
    op(kind, `${kind} ${kind}`, (a, b) => coalesce(a, b), 'coalesce($1, $2)'),
    op(kind, `${kind} ${kind}`, (a, b) => a.nullIf(b), 'nullif($1, $2)'),
    op('bool', `${kind} ${kind} ${kind}`, (a, b, c) => a.between(b, c), '($1 between $2 and $3)'),
  ]),
  op('int', 'int int', (a, b) => a.cast('int64').add(b), '($1::bigint + $2)'),
  op('int', 'int int', (a, b) => a.cast('int64').sub(b), '($1::bigint - $2)'),
  op('int', 'int', (a) => a.cast('int64').neg(), '(-($1::bigint))'),
  op('int', 'int', (a) => a.cast('int64').abs(), 'abs($1::bigint)'),
  op(
    'int',
    'int int',
    (a, b) => a.cast('int64').idiv(b),
    '(case when $2 = 0 then null else $1::bigint // $2 end)',
  ),
  op(
    'int',
    'int int',
    (a, b) => a.cast('int64').mod(b),
    '(case when $2 = 0 then null else $1::bigint % $2 end)',
  ),
  op('float', 'float float', (a, b) => a.cast('float64').add(b), '($1::double + $2)'),
  op('float', 'float float', (a, b) => a.cast('float64').sub(b), '($1::double - $2)'),
  op('float', 'float float', (a, b) => a.cast('float64').mul(b), '($1::double * $2)'),
  op('float', 'float', (a) => a.cast('float64').floor(), 'floor($1::double)'),
  op('float', 'float', (a) => a.cast('float64').ceil(), 'ceil($1::double)'),
  op('float', 'float', (a) => a.cast('float64').abs(), 'abs($1::double)'),
  op('bool', 'float', (a) => a.isNaN(), 'isnan($1)'),
  op('bool', 'float', (a) => a.isFinite(), 'isfinite($1)'),
  op('float', 'int int', (a, b) => a.div(b.mul(2).add(1)), '($1::double / ($2 * 2 + 1)::double)'),
  op('float', 'int', (a) => a.cast('float64'), '$1::double'),
  op('text', 'text text', (a, b) => a.concat(b), '($1 || $2)'),
  op('text', 'text', (a) => a.lower(), 'lower($1)'),
  op('text', 'text', (a) => a.substr(2, 3), 'substr($1, 2, 3)'),
  op('int', 'text', (a) => a.length(), 'length($1)'),
  op('bool', 'text text', (a, b) => a.contains(b), 'contains($1, $2)'),
  op('bool', 'text text', (a, b) => a.startsWith(b), 'starts_with($1, $2)'),
  op('bool', 'text text', (a, b) => a.endsWith(b), 'ends_with($1, $2)'),
  op('bool', 'text', (a) => a.like('%a_l%'), "($1 like '%a_l%' escape '\\')"),
  ...(['date', 'time'] as const).flatMap((kind) => [
    op('int', kind, (a) => a.year(), 'year($1)'),
    op('int', kind, (a) => a.month(), 'month($1)'),
    op('int', kind, (a) => a.day(), 'day($1)'),
    op('int', kind, (a) => a.weekday(), 'isodow($1)'),
  ]),
  op('int', 'time', (a) => a.hour(), 'hour($1)'),
  op('int', 'time', (a) => a.minute(), 'minute($1)'),
  op('time', 'time', (a) => a.dateTrunc('month'), "date_trunc('month', $1)"),
];

const literals: Record<Kind, fc.Arbitrary<RandomExpr>> = {
  bool: fc.boolean().map((v) => ({ kind: 'bool', sql: String(v), build: () => lit(v) as unknown as E })),
  int: fc
    .integer({ min: -20, max: 20 })
    .map((v) => ({ kind: 'int', sql: `${v}`, build: () => lit(v) as unknown as E })),
  float: fc.constantFrom(0.5, -2, 100.25).map((v) => ({
    kind: 'float',
    sql: `${v}::double`,
    build: () => lit(v).cast('float64') as unknown as E,
  })),
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
export function expression(
  kind: Kind,
  columns: readonly KnownColumn[],
  depth: number,
): fc.Arbitrary<RandomExpr> {
  const fitting = columns.filter((c) => c.kind === kind);
  const leaves: fc.Arbitrary<RandomExpr>[] = [literals[kind]];
  if (fitting.length > 0) {
    const leaf = fc.constantFrom(...fitting).map(({ name }) => ({ kind, sql: name, build: () => col(name) }));
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
