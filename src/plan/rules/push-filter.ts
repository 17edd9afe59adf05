/** The rule `push-filter`: conditions move towards the source, so that fewer rows are carried, and into scans as ranges. */
import { isFloat } from '../../data/types.js';
import { call } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import { resolve } from '../../expr/resolve.js';
import { columnsOf, conjunction, conjuncts, sameExpr, substitute } from '../expressions.js';
import { canFail } from '../fallible.js';
import { definitionsOf, readsOnly, worthSubstituting } from '../definitions.js';
import type { AnnoyJoinNode, FilterNode, NeighborJoinNode, PlanKind, PlanNode } from '../node.js';
import type { NodeOf } from '../nodes/definition.js';
import { filter } from '../nodes/filter.js';
import { keepsNumbers } from '../row-numbers.js';
import { scan } from '../nodes/scan.js';
import { rewritePlanDown, withInputs } from '../walk.js';
import { zonePredicates } from '../zone-predicate.js';
import type { Rule } from './rule.js';

export const pushFilter: Rule = {
  name: 'push-filter',
  doc: 'moves conditions towards the source, and into scans as ranges to skip by',
  apply: (plan) => rewritePlanDown(plan, (node) => (node.kind === 'filter' ? pushThrough(node) : node)),
};

/** What a filter becomes over an input of each kind; the filter itself where it must stay. */
const through: { readonly [K in PlanKind]: (filter: FilterNode, input: NodeOf<K>) => PlanNode } = {
  scan: intoScan,
  filter: (above, below) => filter(below.inputs[0]!, call('and', [below.predicate, above.predicate])),
  project(above, below) {
    const definitions = definitionsOf(below);
    if (!worthSubstituting(above.predicate, definitions)) return above;
    return withInputs(below, [filter(below.inputs[0]!, substitute(above.predicate, definitions))]);
  },
  aggregate: (above, below) => pushSome(above, below, below.keys),
  sort: (above, below) => withInputs(below, [filter(below.inputs[0]!, above.predicate)]),
  // They count rows: which ones they see must not change.
  limit: (above) => above,
  'top-n': (above) => above,
  // A slice of no rows is left alone: a condition that may fail would meet rows that it never saw.
  'slice-groups': (above, below) => (below.count === 0 ? above : pushSome(above, below, below.groups)),
  'knn-join': pushToQueries,
  'radius-join': pushToQueries,
  'annoy-join': pushToQueries,
};

function pushThrough(node: FilterNode): PlanNode {
  const input = node.inputs[0]!;
  return (through[input.kind] as (filter: FilterNode, input: PlanNode) => PlanNode)(node, input);
}

/** Moves the conditions that keep or drop whole groups below `below`; without `groups` (all rows are one) none may. */
function pushSome(above: FilterNode, below: PlanNode, groups: readonly string[]): PlanNode {
  const pushed: Expr[] = [];
  const kept: Expr[] = [];
  for (const condition of conjuncts(above.predicate)) {
    // One that may fail was guarded by those before it; it must not overtake one that stays.
    const free = kept.length === 0 || !canFail(resolve(condition, above.schema));
    const whole = groups.length > 0 && readsOnly(condition, groups) && !tellsZeros(condition, below);
    (whole && free ? pushed : kept).push(condition);
  }
  const down = conjunction(pushed);
  if (down === undefined) return above;
  const lower = withInputs(below, [filter(below.inputs[0]!, down)]);
  const rest = conjunction(kept);
  return rest === undefined ? lower : filter(lower, rest);
}

/**
 * Conditions on the queries' own columns choose queries, whose neighbours do not depend on each other. What chooses among
 * neighbours must see them: fewer rows of the reference would have other nearest ones.
 */
function pushToQueries(above: FilterNode, below: NeighborJoinNode | AnnoyJoinNode): PlanNode {
  const [queries, ...reference] = below.inputs as readonly [PlanNode, ...PlanNode[]];
  // Rows are known by their numbers, which only row-by-row steps keep.
  if (below.excludeSelf && !keepsNumbers(queries)) return above;
  const pushed: Expr[] = [];
  const kept: Expr[] = [];
  for (const condition of conjuncts(above.predicate)) {
    // One that may fail was guarded by those before it, and by being asked only for rows that have neighbours.
    const free = !canFail(resolve(condition, above.schema));
    (free && readsOnly(condition, queries.schema.names) ? pushed : kept).push(condition);
  }
  const down = conjunction(pushed);
  if (down === undefined) return above;
  const lower = withInputs(below, [filter(queries, down), ...reference]);
  const rest = conjunction(kept);
  return rest === undefined ? lower : filter(lower, rest);
}

function intoScan(above: FilterNode, below: NodeOf<'scan'>): PlanNode {
  const fresh = conjuncts(above.predicate).filter(
    (condition, i, all) =>
      zonePredicates(condition, below.schema).length > 0 &&
      ![...below.predicates, ...all.slice(0, i)].some((known) => sameExpr(known, condition)),
  );
  if (fresh.length === 0) return above;
  return filter(
    scan(below.source, below.columns, [...below.predicates, ...fresh], below.rows),
    above.predicate,
  );
}

/** 0 and −0 are one group; only plain comparisons are sure to see no difference between them. */
function tellsZeros(condition: Expr, below: PlanNode): boolean {
  const floats = [...columnsOf(condition)].some((name) => isFloat(below.schema.field(name)!.type));
  return floats && zonePredicates(condition, below.schema).length === 0;
}
