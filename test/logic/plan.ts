/** Random plans as lists of steps, each of which exists as a verb and as SQL around what came before. */
import fc from 'fast-check';

import type { UntypedExpression } from '../../src/expr/methods.js';
import { col, desc } from '../../src/expr/builders.js';
import * as aggregates from '../../src/expr/aggregate-builders.js';
import type { KnownColumn, Kind } from './expression.js';
import { expression } from './expression.js';

/** The untyped query as the steps use it. */
export interface AnyQuery {
  filter(e: unknown): AnyQuery;
  mutate(columns: Record<string, unknown>): AnyQuery;
  select(...names: string[]): AnyQuery;
  groupBy(...names: string[]): AnyQuery;
  summarise(columns: Record<string, unknown>): AnyQuery;
  distinct(...names: string[]): AnyQuery;
  arrange(...keys: unknown[]): AnyQuery;
  head(n: number): AnyQuery;
}

export interface Step {
  readonly text: string;
  readonly apply: (query: AnyQuery) => AnyQuery;
  readonly sql: (from: string) => string;
  readonly columns: readonly KnownColumn[];
  /** Whether rows come out in an order that both engines share. */
  readonly ordered: boolean;
}

interface AggregateChoice {
  readonly name: keyof typeof aggregates;
  readonly kinds: readonly Kind[];
  readonly result: (kind: Kind) => Kind;
  readonly sql: (x: string) => string;
}

const everything: readonly Kind[] = ['bool', 'int', 'float', 'text', 'date', 'time'];
const choices: readonly AggregateChoice[] = [
  { name: 'sum', kinds: ['int'], result: () => 'int', sql: (x) => `sum(${x})` },
  { name: 'mean', kinds: ['int'], result: () => 'float', sql: (x) => `avg(${x})` },
  { name: 'min', kinds: everything, result: (k) => k, sql: (x) => `min(${x})` },
  { name: 'max', kinds: everything, result: (k) => k, sql: (x) => `max(${x})` },
  { name: 'median', kinds: ['int'], result: () => 'float', sql: (x) => `median(${x})` },
  { name: 'variance', kinds: ['int'], result: () => 'float', sql: (x) => `var_samp(${x})` },
  { name: 'sd', kinds: ['int'], result: () => 'float', sql: (x) => `stddev_samp(${x})` },
  { name: 'nDistinct', kinds: everything, result: () => 'int', sql: (x) => `count(distinct ${x})` },
  { name: 'any', kinds: ['bool'], result: () => 'bool', sql: (x) => `bool_or(${x})` },
  { name: 'all', kinds: ['bool'], result: () => 'bool', sql: (x) => `bool_and(${x})` },
];

const filterStep = (columns: readonly KnownColumn[]): fc.Arbitrary<Step> =>
  expression('bool', columns, 2).map((e) => ({
    text: `filter ${e.sql}`,
    apply: (q) => q.filter(e.build()),
    sql: (from) => `select * from (${from}) q where ${e.sql}`,
    columns,
    ordered: false,
  }));

const mutateStep = (columns: readonly KnownColumn[], i: number): fc.Arbitrary<Step> =>
  fc.constantFrom<Kind>('bool', 'int', 'float', 'text', 'date', 'time').chain((kind) =>
    expression(kind, columns, 2).map((e) => ({
      text: `mutate m${i} = ${e.sql}`,
      apply: (q) => q.mutate({ [`m${i}`]: e.build() }),
      sql: (from) => `select *, ${e.sql} as m${i} from (${from}) q`,
      columns: [...columns, { name: `m${i}`, kind }],
      ordered: false,
    })),
  );

const selectStep = (columns: readonly KnownColumn[]): fc.Arbitrary<Step> =>
  fc.shuffledSubarray([...columns], { minLength: 1 }).map((kept) => ({
    text: `select ${kept.map((c) => c.name).join(', ')}`,
    apply: (q) => q.select(...kept.map((c) => c.name)),
    sql: (from) => `select ${kept.map((c) => c.name).join(', ')} from (${from}) q`,
    columns: kept,
    ordered: false,
  }));

const distinctStep = (columns: readonly KnownColumn[]): fc.Arbitrary<Step> =>
  fc.shuffledSubarray([...columns], { minLength: 1 }).map((kept) => ({
    text: `distinct ${kept.map((c) => c.name).join(', ')}`,
    apply: (q) => q.distinct(...kept.map((c) => c.name)),
    sql: (from) => `select distinct ${kept.map((c) => c.name).join(', ')} from (${from}) q`,
    columns: kept,
    ordered: false,
  }));

const summariseStep = (columns: readonly KnownColumn[], i: number): fc.Arbitrary<Step> =>
  fc
    .tuple(
      fc.shuffledSubarray([...columns], { maxLength: Math.min(3, columns.length) }),
      fc.array(fc.tuple(fc.constantFrom(...choices), fc.nat(50)), { minLength: 1, maxLength: 4 }),
    )
    .map(([keys, picked]) => {
      const made: { name: string; kind: Kind; build: () => unknown; sql: string }[] = [
        { name: `n${i}`, kind: 'int', build: () => aggregates.n(), sql: 'count(*)' },
      ];
      picked.forEach(([choice, at], j) => {
        const fitting = columns.filter((c) => choice.kinds.includes(c.kind));
        const column = fitting[at % Math.max(1, fitting.length)];
        if (column === undefined) return;
        const make = aggregates[choice.name] as unknown as (e: UntypedExpression) => unknown;
        made.push({
          name: `a${i}_${j}`,
          kind: choice.result(column.kind),
          build: () => make(col(column.name)),
          sql: choice.sql(column.name),
        });
      });
      const names = keys.map((k) => k.name);
      const list = [...names, ...made.map((m) => `${m.sql} as ${m.name}`)].join(', ');
      return {
        text: `summarise ${made.map((m) => m.sql).join(', ')} by ${names.join(', ')}`,
        apply: (q) =>
          (names.length > 0 ? q.groupBy(...names) : q).summarise(
            Object.fromEntries(made.map((m) => [m.name, m.build()])),
          ),
        sql: (from) =>
          `select ${list} from (${from}) q${names.length > 0 ? ` group by ${names.join(', ')}` : ''}`,
        columns: [...keys, ...made.map(({ name, kind }) => ({ name, kind }))],
        ordered: false,
      };
    });

/** Sorted by every column, so that ties are equal rows and the first rows are determined. */
const arrangeStep = (columns: readonly KnownColumn[]): fc.Arbitrary<Step> =>
  fc
    .tuple(
      fc.shuffledSubarray([...columns], { minLength: columns.length, maxLength: columns.length }),
      fc.array(fc.boolean(), { minLength: columns.length, maxLength: columns.length }),
      fc.option(fc.integer({ min: 0, max: 30 })),
    )
    .map(([keys, down, limit]) => {
      const order = keys
        .map((k, j) => `${k.name} ${down[j] === true ? 'desc' : 'asc'} nulls last`)
        .join(', ');
      return {
        text: `arrange ${order}${limit === null ? '' : ` head ${limit}`}`,
        apply: (q) => {
          const sorted = q.arrange(...keys.map((k, j) => (down[j] === true ? desc(k.name) : k.name)));
          return limit === null ? sorted : sorted.head(limit);
        },
        sql: (from) =>
          `select * from (${from}) q order by ${order}${limit === null ? '' : ` limit ${limit}`}`,
        columns,
        ordered: true,
      };
    });

function step(columns: readonly KnownColumn[], i: number): fc.Arbitrary<Step> {
  return fc.oneof(
    filterStep(columns),
    mutateStep(columns, i),
    selectStep(columns),
    distinctStep(columns),
    summariseStep(columns, i),
    arrangeStep(columns),
  );
}

/** Up to four steps from the given columns on. */
export function plan(columns: readonly KnownColumn[]): fc.Arbitrary<readonly Step[]> {
  const more = (known: readonly KnownColumn[], i: number, left: number): fc.Arbitrary<readonly Step[]> =>
    left === 0
      ? fc.constant([])
      : step(known, i).chain((s) => more(s.columns, i + 1, left - 1).map((rest) => [s, ...rest]));
  return fc.integer({ min: 1, max: 4 }).chain((n) => more(columns, 0, n));
}
