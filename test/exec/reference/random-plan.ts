/** Random plans over a small table, of all kinds of nodes, and rows for that table. */
import * as fc from 'fast-check';
import type { Source } from '../../../src/data/doors.js';
import { bool, float64, int32, utf8 } from '../../../src/data/types.js';
import { cast } from '../../../src/expr/build.js';
import type { Expr } from '../../../src/expr/expr.js';
import type { OrderKey, PlanNode } from '../../../src/plan/node.js';
import { aggregate } from '../../../src/plan/nodes/aggregate.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { limit } from '../../../src/plan/nodes/limit.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sliceGroups } from '../../../src/plan/nodes/slice-groups.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { topN } from '../../../src/plan/nodes/top-n.js';
import { memorySource } from '../../plan/memory-source.js';
import { agg, c, f, lit } from '../../plan/write-expr.js';
import type { Row } from './row-steps.js';

export const table: Source = memorySource(
  { a: int32, b: int32, x: float64, s: utf8, t: bool },
  { label: 'table', nullable: ['a', 'x', 's', 't'] },
);

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4, nil: null });

export const randomRows: fc.Arbitrary<readonly Row[]> = fc.array(
  fc.tuple(
    maybe(fc.constantFrom(-2, 0, 1, 2, 3, 2 ** 31 - 1)),
    fc.integer({ min: -3, max: 3 }),
    maybe(fc.constantFrom(-1.5, 0, 0.5, 2, Number.NaN)),
    maybe(fc.constantFrom('', 'a', 'ab', 'b', '7')),
    maybe(fc.boolean()),
  ),
  { maxLength: 12 },
);

/** What each type of column is called: the generator follows types by these names only. */
interface Columns {
  readonly int32: readonly string[];
  readonly float64: readonly string[];
  readonly utf8: readonly string[];
  readonly bool: readonly string[];
}

function columnsOf(node: PlanNode): Columns {
  const of = (kind: string): string[] =>
    node.schema.fields.filter(({ type }) => type.kind === kind).map(({ name }) => name);
  return { int32: of('int32'), float64: of('float64'), utf8: of('utf8'), bool: of('bool') };
}

const names = (list: readonly string[]): fc.Arbitrary<Expr>[] =>
  list.length === 0 ? [] : [fc.constantFrom(...list).map(c)];

function whole(columns: Columns, depth: number): fc.Arbitrary<Expr> {
  const leaf = [...names(columns.int32), fc.integer({ min: -3, max: 3 }).map((n) => lit(n, int32))];
  if (depth === 0) return fc.oneof(...leaf);
  const part = whole(columns, depth - 1);
  return fc.oneof(
    ...leaf,
    fc.tuple(fc.constantFrom('add', 'sub', 'mul'), part, part).map(([fn, a, b]) => f(fn, a, b)),
    fc.tuple(part, part).map(([a, b]) => f('coalesce', a, b)),
    fc.tuple(condition(columns, 0), part, part).map(([when, a, b]) => f('ifElse', when, a, b)),
    ...names(columns.utf8).map((text) => text.map((expr) => cast(expr, int32))),
  );
}

function condition(columns: Columns, depth: number): fc.Arbitrary<Expr> {
  const compare = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge');
  const int = whole(columns, Math.max(0, depth - 1));
  const leaf = [
    ...names(columns.bool),
    fc.boolean().map((value) => lit(value)),
    fc.tuple(compare, int, fc.integer({ min: -2, max: 3 })).map(([fn, a, n]) => f(fn, a, n)),
    fc.tuple(compare, fc.integer({ min: -2, max: 3 }), int).map(([fn, n, a]) => f(fn, n, a)),
    fc
      .tuple(int, fc.integer({ min: -2, max: 0 }), fc.integer({ min: 0, max: 3 }))
      .map(([a, l, h]) => f('between', a, l, h)),
    fc
      .tuple(int, fc.integer({ min: -2, max: 3 }), fc.constantFrom(null, 1, 2))
      .map(([a, n, m]) => f('in', a, n, m)),
    int.map((a) => f('isNull', a)),
    int.map((a) => f('isNotNull', a)),
    ...names(columns.float64).map((x) => fc.tuple(compare, x).map(([fn, a]) => f(fn, a, 0.5))),
    ...names(columns.utf8).map((s) => fc.tuple(compare, s).map(([fn, a]) => f(fn, a, 'ab'))),
    ...names(columns.utf8).map((s) => s.map((a) => f('startsWith', a, 'a'))),
  ];
  if (depth === 0) return fc.oneof(...leaf);
  const part = condition(columns, depth - 1);
  return fc.oneof(
    ...leaf,
    fc.tuple(fc.constantFrom('and', 'or'), part, part).map(([fn, a, b]) => f(fn, a, b)),
    part.map((a) => f('not', a)),
  );
}

function orderKeys(node: PlanNode, columns: Columns): fc.Arbitrary<readonly OrderKey[]> {
  const expr = fc.oneof(fc.constantFrom(...node.schema.names).map(c), whole(columns, 1));
  return fc.array(fc.record({ expr, descending: fc.boolean() }), { minLength: 1, maxLength: 2 });
}

const some = (node: PlanNode): fc.Arbitrary<string[]> =>
  fc.subarray([...node.schema.names], { minLength: 1 });
const count = fc.integer({ min: 0, max: 6 });
const offset = fc.integer({ min: 0, max: 2 });

/** One more step over a plan. */
function step(node: PlanNode): fc.Arbitrary<PlanNode> {
  const columns = columnsOf(node);
  const keys = orderKeys(node, columns);
  return fc.oneof(
    { weight: 4, arbitrary: condition(columns, 2).map((predicate) => filter(node, predicate)) },
    {
      weight: 4,
      arbitrary: fc.tuple(some(node), whole(columns, 2), condition(columns, 1)).map(([kept, n, when]) =>
        project(
          node,
          [
            ...kept.map((name) => ({ name, expr: c(name) })),
            { name: `n${kept.length}`, expr: n },
            { name: `w${kept.length}`, expr: when },
          ].filter(({ name }, i, all) => all.findIndex((other) => other.name === name) === i),
        ),
      ),
    },
    { weight: 2, arbitrary: keys.map((by) => sort(node, by)) },
    { weight: 2, arbitrary: fc.tuple(count, offset).map(([n, m]) => limit(node, n, m)) },
    { weight: 1, arbitrary: fc.tuple(keys, count, offset).map(([by, n, m]) => topN(node, by, n, m)) },
    {
      weight: 1,
      arbitrary: fc.tuple(some(node), keys, count).map(([groups, by, n]) => sliceGroups(node, groups, by, n)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.subarray([...node.schema.names]), whole(columns, 1), condition(columns, 1))
        .map(([by, n, when]) => {
          const groups = aggregate(
            node,
            by,
            [
              { name: 'rows', expr: agg('n') },
              { name: 'total', expr: agg('sum', n) },
              { name: 'least', expr: agg('min', n) },
              { name: 'start', expr: agg('first', n) },
              { name: 'some', expr: { ...agg('sum', n), where: when } as Expr },
            ].filter(({ name }) => !by.includes(name)),
          );
          // The order of groups is nobody's promise: it is fixed at once, so that all that follows is determined.
          return by.length === 0
            ? groups
            : sort(
                groups,
                by.map((name) => ({ expr: c(name), descending: false })),
              );
        }),
    },
  );
}

/** A scan with up to six steps over it. */
export const randomPlan: fc.Arbitrary<PlanNode> = fc
  .integer({ min: 1, max: 6 })
  .chain((steps) =>
    Array.from({ length: steps }).reduce<fc.Arbitrary<PlanNode>>(
      (plan) => plan.chain(step),
      fc.constant(scan(table)),
    ),
  );
