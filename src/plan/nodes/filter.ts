/** The `filter` node: the rows for which a condition is true (neither false nor null). */
import type { Expr } from '../../expr/expr.js';
import { printExpr } from '../../expr/print-expr.js';
import { resolveCondition } from '../../expr/resolve.js';
import { streaming } from '../grade.js';
import type { FilterNode, PlanNode } from '../node.js';
import type { NodeDefinition } from './definition.js';

/**
 * Rows of `input` for which `predicate` is true.
 *
 * @throws EngineError `type` if the predicate is not bool; `plan` for an unknown column
 */
export function filter(input: PlanNode, predicate: Expr): FilterNode {
  resolveCondition(predicate, input.schema, 'filter');
  return Object.freeze({ kind: 'filter', predicate, inputs: Object.freeze([input]), schema: input.schema });
}

export const filterDefinition: NodeDefinition<FilterNode> = {
  kind: 'filter',
  withInputs: (node, [input]) => filter(input!, node.predicate),
  mapExpressions(node, change) {
    const predicate = change(node.predicate);
    return predicate === node.predicate ? node : filter(node.inputs[0]!, predicate);
  },
  describe: (node) => printExpr(node.predicate),
  grade: () => streaming('row by row'),
};
