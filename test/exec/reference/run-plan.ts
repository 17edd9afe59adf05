/** Runs a plan as its definition reads: node by node, row by row, nothing rewritten. */
import type { Resolved } from '../../../src/expr/expr.js';
import { resolve, resolveAggregate } from '../../../src/expr/resolve.js';
import type { Expr } from '../../../src/expr/expr.js';
import type {
  AnnoyJoinNode,
  NeighborJoinNode,
  OrderKey,
  PlanKind,
  PlanNode,
} from '../../../src/plan/node.js';
import type { NodeOf } from '../../../src/plan/nodes/definition.js';
import type { Value } from './operations.js';
import { operations } from './operations.js';
import type { Key, Row } from './row-steps.js';
import { aggregateRows, cutGroups, cutRows, groupRows, sortRows } from './row-steps.js';

/** Rows of the sources, by label; columns in the order of the source's schema. */
export type Tables = ReadonlyMap<string, readonly Row[]>;

function evaluate(expr: Resolved, node: PlanNode, row: Row): Value {
  switch (expr.kind) {
    case 'column':
      return row[node.schema.indexOf(expr.name)]!;
    case 'constant':
      return typeof expr.value === 'bigint' ? Number(expr.value) : (expr.value as Value);
    case 'operation': {
      const lazy = evaluateLazily(expr, node, row);
      if (lazy !== undefined) return lazy;
      const operation = operations.get(expr.op);
      if (operation === undefined) throw new Error(`the reference has no operation ${expr.op}`);
      return operation(
        expr.args.map((arg) => evaluate(arg, node, row)),
        expr.type,
      );
    }
  }
}

/** A branch that is not taken is not computed. */
function evaluateLazily(
  expr: Extract<Resolved, { kind: 'operation' }>,
  node: PlanNode,
  row: Row,
): Value | undefined {
  const [first, second, third] = expr.args;
  if (expr.op === 'ifElse')
    return evaluate(evaluate(first!, node, row) === true ? second! : third!, node, row);
  if (expr.op !== 'coalesce') return undefined;
  for (const arg of expr.args) {
    const value = evaluate(arg, node, row);
    if (value !== null) return value;
  }
  return null;
}

const valuesOf = (expr: Expr, node: PlanNode, rows: readonly Row[]): readonly Value[] => {
  const resolved = resolve(expr, node.schema);
  return rows.map((row) => evaluate(resolved, node, row));
};

/** Rows with the values of the keys behind them, and where those are. */
function withKeys(
  rows: readonly Row[],
  node: PlanNode,
  keys: readonly OrderKey[],
): { rows: readonly Row[]; keys: readonly Key[] } {
  const columns = keys.map((key) => valuesOf(key.expr, node, rows));
  return {
    rows: rows.map((row, i) => [...row, ...columns.map((column) => column[i]!)]),
    keys: keys.map(({ descending }, i) => ({ at: node.schema.length + i, descending })),
  };
}

function sorted(node: PlanNode, keys: readonly OrderKey[], tables: Tables): readonly Row[] {
  const input = node.inputs[0]!;
  const keyed = withKeys(runPlan(input, tables), input, keys);
  return sortRows(keyed.rows, keyed.keys).map((row) => row.slice(0, input.schema.length));
}

const runners: { readonly [K in PlanKind]: (node: NodeOf<K>, tables: Tables) => readonly Row[] } = {
  scan(node, tables) {
    const places = node.columns.map((name) => node.source.schema.indexOf(name));
    return tables.get(node.source.label)!.map((row) => places.map((place) => row[place]!));
  },
  filter(node, tables) {
    const rows = runPlan(node.inputs[0]!, tables);
    const keep = valuesOf(node.predicate, node.inputs[0]!, rows);
    return rows.filter((_, i) => keep[i] === true);
  },
  project(node, tables) {
    const rows = runPlan(node.inputs[0]!, tables);
    const columns = node.columns.map(({ expr }) => valuesOf(expr, node.inputs[0]!, rows));
    return rows.map((_, i) => columns.map((column) => column[i]!));
  },
  aggregate(node, tables) {
    const input = node.inputs[0]!;
    const rows = runPlan(input, tables);
    const places = node.keys.map((key) => input.schema.indexOf(key));
    const groups = places.length === 0 ? [[...rows]] : groupRows(rows, places);
    return groups.map((group) => [
      ...places.map((place) => group[0]![place]!),
      ...node.aggregates.map(({ expr }) => {
        if (expr.kind !== 'aggregate') throw new Error('not an aggregate');
        const { name, args } = resolveAggregate(expr, input.schema, places.length > 0);
        const columns = args.map((arg) => group.map((row) => evaluate(arg, input, row)));
        return aggregateRows(name, columns, group.length);
      }),
    ]);
  },
  sort: (node, tables) => sorted(node, node.keys, tables),
  limit: (node, tables) => cutRows(runPlan(node.inputs[0]!, tables), node.count, node.offset),
  'top-n': (node, tables) => cutRows(sorted(node, node.keys, tables), node.count, node.offset),
  'slice-groups'(node, tables) {
    const groups = node.groups.map((name): OrderKey => ({
      expr: { kind: 'column', name },
      descending: false,
    }));
    const places = node.groups.map((name) => node.schema.indexOf(name));
    return cutGroups(sorted(node, [...groups, ...node.keys], tables), places, node.count);
  },
  'knn-join': (node, tables) => neighborRows(node, node.k, tables),
  'radius-join': (node, tables) => neighborRows(node, Number.POSITIVE_INFINITY, tables),
  'annoy-join': annoyRows,
};

/** Every item of the table under the index's name is a candidate; without identity and metrics beyond the plain one. */
function annoyRows(node: AnnoyJoinNode, tables: Tables): readonly Row[] {
  const [queries, reference] = node.inputs as readonly [PlanNode, PlanNode?];
  if (node.excludeSelf || node.searched.metric !== 'euclidean')
    throw new Error('the reference has no such join');
  const items = tables.get(node.searched.label)!;
  const beside = reference === undefined ? items.map(() => []) : runPlan(reference, tables);
  const on = node.on.map((name) => queries.schema.indexOf(name));
  const out = node.columns.map(({ source }) => reference!.schema.indexOf(source));
  return runPlan(queries, tables).flatMap((row) =>
    items
      .map((item, index) => ({
        index,
        distance: Math.hypot(...item.map((value, j) => Number(value) - Number(row[on[j]!]))),
      }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, node.k)
      .map(({ index, distance }, i) => [
        ...row,
        i + 1,
        distance,
        index,
        ...out.map((place) => beside[index]![place]!),
      ]),
  );
}

/** Every pair, measured and sorted; without identity and metrics beyond the plain ones. */
function neighborRows(node: NeighborJoinNode, k: number, tables: Tables): readonly Row[] {
  const [queries, reference] = node.inputs as readonly [PlanNode, PlanNode];
  if (node.excludeSelf || node.metric.name !== 'euclidean') throw new Error('the reference has no such join');
  const pick = (plan: PlanNode, names: readonly string[]): ((row: Row) => readonly Value[]) => {
    const places = names.map((name) => plan.schema.indexOf(name));
    return (row) => places.map((place) => row[place]!);
  };
  const left = pick(queries, node.on.left);
  const right = pick(reference, node.on.right);
  const leftKey = pick(
    queries,
    node.by.map((key) => key.left),
  );
  const rightKey = pick(
    reference,
    node.by.map((key) => key.right),
  );
  const out = pick(
    reference,
    node.columns.map(({ source }) => source),
  );
  const rows = runPlan(reference, tables);
  return runPlan(queries, tables).flatMap((row) => {
    const x = left(row);
    const key = leftKey(row);
    return rows
      .filter((other) =>
        rightKey(other).every((value, i) => value === key[i] && (value !== null || node.nulls === 'match')),
      )
      .map((other) => ({
        other,
        distance: Math.sqrt(
          right(other).reduce<number>((sum, value, i) => sum + (Number(value) - Number(x[i])) ** 2, 0),
        ),
      }))
      .filter(({ distance }) => distance <= (node.radius ?? Number.POSITIVE_INFINITY))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, k)
      .map(({ other, distance }, i) => [...row, i + 1, distance, ...out(other)]);
  });
}

export function runPlan(node: PlanNode, tables: Tables): readonly Row[] {
  return (runners[node.kind] as (node: PlanNode, tables: Tables) => readonly Row[])(node, tables);
}
