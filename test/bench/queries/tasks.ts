/** What is measured: each task once in Spillway's words, once in SQL, once in Polars' words. */
import type { Query } from 'spillway';
import { col, corr, desc, max, mean, median, min, n, nDistinct, sd, sum, tbl } from 'spillway';

/** The parts of nodejs-polars that the tasks use; it is installed for the benchmark alone. */
export interface PolarsExpr {
  sum(): PolarsExpr;
  mean(): PolarsExpr;
  median(): PolarsExpr;
  std(): PolarsExpr;
  min(): PolarsExpr;
  max(): PolarsExpr;
  count(): PolarsExpr;
  nUnique(): PolarsExpr;
  mul(other: PolarsExpr): PolarsExpr;
  plus(other: PolarsExpr): PolarsExpr;
  sub(other: PolarsExpr): PolarsExpr;
  lt(value: number): PolarsExpr;
  pow(n: number): PolarsExpr;
  alias(name: string): PolarsExpr;
}
export interface PolarsFrame {
  filter(e: PolarsExpr): PolarsFrame;
  select(...e: PolarsExpr[]): PolarsFrame;
  groupBy(names: readonly string[]): { agg(...e: PolarsExpr[]): PolarsFrame };
  sort(...args: unknown[]): PolarsFrame;
}
export interface Polars {
  col(name: string): PolarsExpr;
  len(): PolarsExpr;
  pearsonCorr(a: PolarsExpr, b: PolarsExpr): PolarsExpr;
}

export interface Task {
  readonly name: string;
  readonly data: 'h2o' | 'num';
  readonly what: string;
  readonly spillway: (vtr: string) => Query<never> | Query<Record<string, unknown>>;
  /** `t` is the table. */
  readonly sql: string;
  readonly polars?: (p: Polars, t: PolarsFrame) => PolarsFrame;
  /** Written to a file of the engine's own format instead of being collected. */
  readonly toFile?: true;
}

interface H2o {
  id1: string;
  id2: string;
  id3: string;
  id4: number;
  id5: number;
  id6: number;
  v1: number;
  v2: number;
  v3: number;
}
interface Num {
  id: bigint;
  k: number;
  p: number;
  a: number;
  b: number;
  c: number;
}
const h2o = (vtr: string): Query<H2o> => tbl<H2o>(vtr);
const num = (vtr: string): Query<Num> => tbl<Num>(vtr);
type AnyQuery = ReturnType<Task['spillway']>;
const any = (query: unknown): AnyQuery => query as AnyQuery;

export const tasks: readonly Task[] = [
  {
    name: 'q1',
    data: 'h2o',
    what: 'sum by 100 text keys',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id1')
          .summarise({ v1: sum('v1') }),
      ),
    sql: 'select id1, sum(v1) v1 from t group by id1',
    polars: (p, t) => t.groupBy(['id1']).agg(p.col('v1').sum()),
  },
  {
    name: 'q2',
    data: 'h2o',
    what: 'sum by two text keys, 10⁴ groups',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id1', 'id2')
          .summarise({ v1: sum('v1') }),
      ),
    sql: 'select id1, id2, sum(v1) v1 from t group by id1, id2',
    polars: (p, t) => t.groupBy(['id1', 'id2']).agg(p.col('v1').sum()),
  },
  {
    name: 'q3',
    data: 'h2o',
    what: 'sum, mean by 10⁵ text keys',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id3')
          .summarise({ v1: sum('v1'), v3: mean('v3') }),
      ),
    sql: 'select id3, sum(v1) v1, avg(v3) v3 from t group by id3',
    polars: (p, t) => t.groupBy(['id3']).agg(p.col('v1').sum(), p.col('v3').mean()),
  },
  {
    name: 'q4',
    data: 'h2o',
    what: 'three means by 100 int keys',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id4')
          .summarise({ v1: mean('v1'), v2: mean('v2'), v3: mean('v3') }),
      ),
    sql: 'select id4, avg(v1) v1, avg(v2) v2, avg(v3) v3 from t group by id4',
    polars: (p, t) => t.groupBy(['id4']).agg(p.col('v1').mean(), p.col('v2').mean(), p.col('v3').mean()),
  },
  {
    name: 'q5',
    data: 'h2o',
    what: 'three sums by 10⁵ int keys',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id6')
          .summarise({ v1: sum('v1'), v2: sum('v2'), v3: sum('v3') }),
      ),
    sql: 'select id6, sum(v1) v1, sum(v2) v2, sum(v3) v3 from t group by id6',
    polars: (p, t) => t.groupBy(['id6']).agg(p.col('v1').sum(), p.col('v2').sum(), p.col('v3').sum()),
  },
  {
    name: 'q6',
    data: 'h2o',
    what: 'median, sd by 10⁴ groups',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id4', 'id5')
          .summarise({ m: median('v3'), s: sd('v3') }),
      ),
    sql: 'select id4, id5, median(v3) m, stddev(v3) s from t group by id4, id5',
    polars: (p, t) =>
      t.groupBy(['id4', 'id5']).agg(p.col('v3').median().alias('m'), p.col('v3').std().alias('s')),
  },
  {
    name: 'q7',
    data: 'h2o',
    what: 'max − min by 10⁵ text keys',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id3')
          .summarise({ hi: max('v1'), lo: min('v2') })
          .transmute({ id3: col('id3'), range: (r) => r.hi.sub(r.lo) }),
      ),
    sql: 'select id3, max(v1) - min(v2) "range" from t group by id3',
    polars: (p, t) => t.groupBy(['id3']).agg(p.col('v1').max().sub(p.col('v2').min()).alias('range')),
  },
  {
    name: 'q9',
    data: 'h2o',
    what: 'corr² by 10⁴ groups',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id2', 'id4')
          .summarise({ r: corr('v1', 'v2') })
          .mutate({ r: (x) => x.r.mul(x.r) }),
      ),
    sql: 'select id2, id4, pow(corr(v1, v2), 2) r from t group by id2, id4',
    polars: (p, t) =>
      t.groupBy(['id2', 'id4']).agg(p.pearsonCorr(p.col('v1'), p.col('v2')).pow(2).alias('r')),
  },
  {
    name: 'q10',
    data: 'h2o',
    what: 'sum, count by six keys, 10⁷ groups',
    spillway: (f) =>
      any(
        h2o(f)
          .groupBy('id1', 'id2', 'id3', 'id4', 'id5', 'id6')
          .summarise({ v3: sum('v3'), c: n() }),
      ),
    sql: 'select id1, id2, id3, id4, id5, id6, sum(v3) v3, count(*) c from t group by all',
    polars: (p, t) =>
      t
        .groupBy(['id1', 'id2', 'id3', 'id4', 'id5', 'id6'])
        .agg(p.col('v3').sum(), p.col('v1').count().alias('c')),
  },
  {
    name: 'scan',
    data: 'num',
    what: 'sum(a·b + c), count where p < 30',
    spillway: (f) =>
      any(
        num(f)
          .filter((r) => r.p.lt(30))
          .summarise({ s: (r) => sum(r.a.mul(r.b).add(r.c)), c: n() }),
      ),
    sql: 'select sum(a * b + c) s, count(*) c from t where p < 30',
    polars: (p, t) =>
      t
        .filter(p.col('p').lt(30))
        .select(p.col('a').mul(p.col('b')).plus(p.col('c')).sum().alias('s'), p.col('a').count().alias('c')),
  },
  {
    name: 'median',
    data: 'num',
    what: 'exact medians of a, b, c',
    spillway: (f) => any(num(f).summarise({ a: median('a'), b: median('b'), c: median('c') })),
    sql: 'select median(a) a, median(b) b, median(c) c from t',
    polars: (p, t) => t.select(p.col('a').median(), p.col('b').median(), p.col('c').median()),
  },
  {
    name: 'distinct',
    data: 'num',
    what: 'exact distinct counts of id, k, c',
    spillway: (f) => any(num(f).summarise({ id: nDistinct('id'), k: nDistinct('k'), c: nDistinct('c') })),
    sql: 'select count(distinct id) id, count(distinct k) k, count(distinct c) c from t',
    polars: (p, t) => t.select(p.col('id').nUnique(), p.col('k').nUnique(), p.col('c').nUnique()),
  },
  {
    name: 'sort1',
    data: 'num',
    what: 'all columns by one float, in memory',
    spillway: (f) => any(num(f).arrange('c')),
    sql: 'from t order by c',
    polars: (_, t) => t.sort('c'),
  },
  {
    name: 'sort2-file',
    data: 'num',
    what: 'all columns by two keys, file to file',
    spillway: (f) => any(num(f).arrange('p', desc('a'))),
    sql: 'from t order by p, a desc',
    toFile: true,
  },
  {
    name: 'write',
    data: 'h2o',
    what: 'copy of the table, file to file',
    spillway: (f) => any(h2o(f)),
    sql: 'from t',
    toFile: true,
  },
];
