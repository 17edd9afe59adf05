/** The rule `prune-columns`: scans read, and sorts carry, only the columns that somebody above uses. */
import type { Field } from '../../data/schema.js';
import { column } from '../../expr/build.js';
import { columnsOf } from '../expressions.js';
import type { AnnoyJoinNode, NeighborJoinNode, OrderKey, PlanKind, PlanNode } from '../node.js';
import { aggregate } from '../nodes/aggregate.js';
import { withReferenceColumns } from '../nodes/annoy-join.js';
import type { NodeOf } from '../nodes/definition.js';
import { withColumns } from '../nodes/neighbor-join.js';
import { project } from '../nodes/project.js';
import { scan } from '../nodes/scan.js';
import { withInputs } from '../walk.js';
import type { Rule } from './rule.js';

type Needed = ReadonlySet<string>;

export const pruneColumns: Rule = {
  name: 'prune-columns',
  doc: 'reads and carries only the columns that are used',
  apply: (plan) => pruned(plan, new Set(plan.schema.names)),
};

/** The node with at least the columns needed of it, in their order, and where it is free to tell no others. */
const pruners: { readonly [K in PlanKind]: (node: NodeOf<K>, needed: Needed) => PlanNode } = {
  scan(node, needed) {
    const used = new Set(needed);
    for (const predicate of node.predicates) columnsOf(predicate, used);
    const columns = node.columns.filter((name) => used.has(name));
    // A source needs some column to count its rows by; the narrowest does.
    if (columns.length === 0) columns.push(narrowest(node.schema.fields));
    return columns.length === node.columns.length
      ? node
      : scan(node.source, columns, node.predicates, node.rows);
  },
  filter: (node, needed) =>
    withInputs(node, [pruned(node.inputs[0]!, columnsOf(node.predicate, new Set(needed)))]),
  project(node, needed) {
    const kept = node.columns.filter(({ name }) => needed.has(name));
    // Nobody reads its columns: its rows are those of its input.
    if (kept.length === 0) return pruned(node.inputs[0]!, needed);
    const used = new Set<string>();
    for (const { expr } of kept) columnsOf(expr, used);
    const input = pruned(node.inputs[0]!, used);
    return kept.length === node.columns.length ? withInputs(node, [input]) : project(input, kept);
  },
  aggregate(node, needed) {
    const used = node.aggregates.filter(({ name }) => needed.has(name));
    const kept = used.length + node.keys.length === 0 ? node.aggregates.slice(0, 1) : used;
    const wanted = new Set(node.keys);
    for (const { expr } of kept) columnsOf(expr, wanted);
    const input = pruned(node.inputs[0]!, wanted);
    return kept.length === node.aggregates.length
      ? withInputs(node, [input])
      : aggregate(input, node.keys, kept);
  },
  sort: (node, needed) => withInputs(node, [exactly(node.inputs[0]!, withKeys(needed, node.keys))]),
  limit: (node, needed) => withInputs(node, [pruned(node.inputs[0]!, needed)]),
  'top-n': (node, needed) => withInputs(node, [exactly(node.inputs[0]!, withKeys(needed, node.keys))]),
  'slice-groups': (node, needed) =>
    withInputs(node, [exactly(node.inputs[0]!, withKeys(new Set([...needed, ...node.groups]), node.keys))]),
  'knn-join': prunedJoin,
  'radius-join': prunedJoin,
  'annoy-join': prunedAnnoyJoin,
};

function prunedAnnoyJoin(node: AnnoyJoinNode, needed: Needed): PlanNode {
  const [queries, reference] = node.inputs as readonly [PlanNode, PlanNode?];
  const own = queries.schema.names.filter((name) => needed.has(name));
  const left = pruned(queries, new Set([...own, ...node.on]));
  if (reference === undefined) return withInputs(node, [left]);
  // Without any column it is still counted: whether it fits the index does not depend on what is used.
  const columns = node.columns.filter(({ name }) => needed.has(name));
  const right = exactly(reference, new Set(columns.map(({ source }) => source)));
  const kept = columns.length === node.columns.length ? node : withReferenceColumns(node, columns);
  return withInputs(kept, [left, right]);
}

function prunedJoin(node: NeighborJoinNode, needed: Needed): PlanNode {
  const [queries, reference] = node.inputs as readonly [PlanNode, PlanNode];
  const columns = node.columns.filter(({ name }) => needed.has(name));
  const own = queries.schema.names.filter((name) => needed.has(name));
  const left = pruned(queries, new Set([...own, ...node.on.left, ...node.by.map((key) => key.left)]));
  const wanted = [
    ...columns.map(({ source }) => source),
    ...node.on.right,
    ...node.by.map((key) => key.right),
  ];
  const right = exactly(reference, new Set(wanted));
  const kept = columns.length === node.columns.length ? node : withColumns(node, columns);
  return withInputs(kept, [left, right]);
}

function pruned(node: PlanNode, needed: Needed): PlanNode {
  return (pruners[node.kind] as (node: PlanNode, needed: Needed) => PlanNode)(node, needed);
}

/** Below what stores rows: exactly the columns needed, by a projection if the input has others. */
function exactly(node: PlanNode, needed: Needed): PlanNode {
  const input = pruned(node, needed);
  const names = input.schema.names.filter((name) => needed.has(name));
  if (names.length === input.schema.length || names.length === 0) return input;
  return project(
    input,
    names.map((name) => ({ name, expr: column(name) })),
  );
}

function withKeys(needed: Needed, keys: readonly OrderKey[]): Set<string> {
  const all = new Set(needed);
  for (const key of keys) columnsOf(key.expr, all);
  return all;
}

/** The column that costs least to read. */
function narrowest(fields: readonly Field[]): string {
  const bytes = (field: Field): number => {
    const { kind } = field.type;
    if (kind === 'utf8') return 100;
    const bits =
      kind === 'bool'
        ? 1
        : kind === 'date'
          ? 32
          : kind === 'timestamp'
            ? 64
            : Number(/\d+$/.exec(kind)?.[0] ?? 64);
    return bits / 8;
  };
  return [...fields].sort((a, b) => bytes(a) - bytes(b))[0]!.name;
}
