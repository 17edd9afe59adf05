/** The rule `remove-redundant`: sorts whose order nobody sees, orders that repeat each other, limits that cut nothing. */
import { isOrderSensitive } from '../order-blind.js';
import { sameExpr } from '../expressions.js';
import type { OrderKey, PlanNode } from '../node.js';
import { sliceGroups } from '../nodes/slice-groups.js';
import { sort } from '../nodes/sort.js';
import { topN } from '../nodes/top-n.js';
import { rowsAtMost } from '../rows-at-most.js';
import { rewritePlanUp, withInputs } from '../walk.js';
import type { Rule } from './rule.js';

export const removeRedundant: Rule = {
  name: 'remove-redundant',
  doc: 'drops sorts whose order is not seen and limits that cut nothing',
  apply: (plan) => rewritePlanUp(plan, simplified),
};

function simplified(node: PlanNode): PlanNode {
  const input = node.inputs[0];
  if (input === undefined) return node;
  switch (node.kind) {
    case 'sort':
      if (rowsAtMost(input) <= 1) return input;
      return input.kind === 'sort' ? sort(input.inputs[0]!, joinedKeys(node.keys, input.keys)) : node;
    case 'top-n':
      return input.kind === 'sort'
        ? topN(input.inputs[0]!, joinedKeys(node.keys, input.keys), node.count, node.offset)
        : node;
    case 'slice-groups':
      return input.kind === 'sort'
        ? sliceGroups(input.inputs[0]!, node.groups, joinedKeys(node.keys, input.keys), node.count)
        : node;
    case 'limit':
      return node.offset === 0 && rowsAtMost(input) <= node.count ? input : node;
    case 'aggregate':
      return isOrderSensitive(node) ? node : withInputs(node, [withoutOrder(input)]);
    default:
      return node;
  }
}

/** A stable sort by `outer` of rows sorted by `inner` is one sort by both. */
function joinedKeys(outer: readonly OrderKey[], inner: readonly OrderKey[]): readonly OrderKey[] {
  return [...outer, ...inner.filter((key) => !outer.some((known) => sameExpr(known.expr, key.expr)))];
}

/** The same rows in any order: sorts reached through steps that handle each row by itself are left out. */
function withoutOrder(node: PlanNode): PlanNode {
  if (node.kind === 'sort') return withoutOrder(node.inputs[0]!);
  if (node.kind === 'filter' || node.kind === 'project')
    return withInputs(node, [withoutOrder(node.inputs[0]!)]);
  return node;
}
