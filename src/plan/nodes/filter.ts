/** The `filter` node: the rows for which a condition is true (neither false nor null). */
import { EngineError } from '../../base/engine-error.js';
import { typeName } from '../../data/types.js';
import type { Expr } from '../../expr/expr.js';
import { printExpr } from '../../expr/print-expr.js';
import { resolve } from '../../expr/resolve.js';
import { streaming } from '../grade.js';
import type { FilterNode, PlanNode } from '../node.js';
import type { NodeDefinition } from './definition.js';

/**
 * Rows of `input` for which `predicate` is true.
 *
 * @throws EngineError `type` if the predicate is not bool; `plan` for an unknown column
 */
export function filter(input: PlanNode, predicate: Expr): FilterNode {
  const { type } = resolve(predicate, input.schema);
  if (type.kind !== 'bool') {
    throw new EngineError(
      'type',
      `a filter needs a condition, but ${printExpr(predicate)} is ${typeName(type)}; compare it with something, as in .ne(0)`,
      { detail: { type: typeName(type) } },
    );
  }
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
