/** Walking and rewriting plans, by the table of node kinds: nothing here knows a kind by name. */
import type { Expr } from '../expr/expr.js';
import type { PlanNode } from './node.js';
import { definitionOf } from './nodes/index.js';

/** The node over other inputs, checked again at that line; the very same object when no input changed. */
export function withInputs(node: PlanNode, inputs: readonly PlanNode[]): PlanNode {
  if (inputs.length === node.inputs.length && inputs.every((input, i) => input === node.inputs[i]))
    return node;
  return definitionOf(node).withInputs(node, inputs);
}

/** Rewrites from the sources up: inputs first, then `change` of the node over its new inputs. */
export function rewritePlanUp(node: PlanNode, change: (node: PlanNode) => PlanNode): PlanNode {
  return change(
    withInputs(
      node,
      node.inputs.map((input) => rewritePlanUp(input, change)),
    ),
  );
}

/** Rewrites from the root down: `change` of the node as often as it changes, then its inputs. */
export function rewritePlanDown(node: PlanNode, change: (node: PlanNode) => PlanNode): PlanNode {
  let current = node;
  for (let next = change(current); next !== current; next = change(current)) current = next;
  return withInputs(
    current,
    current.inputs.map((input) => rewritePlanDown(input, change)),
  );
}

/** The node with its expressions rewritten; each is given with the node whose rows it reads. */
export function mapExpressions(
  node: PlanNode,
  change: (expr: Expr, input: PlanNode | undefined) => Expr,
): PlanNode {
  return definitionOf(node).mapExpressions(node, (expr) => change(expr, node.inputs[0]));
}

/** Every node of a plan, inputs before the nodes that read them. */
export function* nodesOf(node: PlanNode): Generator<PlanNode, void, undefined> {
  for (const input of node.inputs) yield* nodesOf(input);
  yield node;
}
