/** The `project` node: the complete list of output columns, each an expression of the input row. */
import { EngineError } from '../../base/engine-error.js';
import { Schema } from '../../data/schema.js';
import { printExpr, printName } from '../../expr/print-expr.js';
import { resolve } from '../../expr/resolve.js';
import { mapSame } from '../expressions.js';
import { streaming } from '../grade.js';
import type { NamedExpr, PlanNode, ProjectNode } from '../node.js';
import { printList } from '../print-list.js';
import { uniqueNames } from '../unique-names.js';
import type { NodeDefinition } from './definition.js';

/**
 * Rows of `input` with exactly the columns given; all expressions see the input row.
 *
 * @throws EngineError `plan` for no column, a name given twice, an unknown column or an aggregate; `type` for operands
 */
export function project(input: PlanNode, columns: readonly NamedExpr[]): ProjectNode {
  if (columns.length === 0)
    throw new EngineError('plan', 'the result would have no columns; keep at least one');
  uniqueNames(
    columns.map((column) => column.name),
    'column',
  );
  const fields = columns.map(({ name, expr }) => {
    const { type, nullable } = resolve(expr, input.schema);
    return { name, type, nullable };
  });
  return Object.freeze({
    kind: 'project',
    columns: Object.freeze(columns.map((column) => Object.freeze({ ...column }))),
    inputs: Object.freeze([input]),
    schema: new Schema(fields),
  });
}

/** `a`, `b = a + 1`: a named expression as plans show it. */
export function printNamed({ name, expr }: NamedExpr): string {
  if (expr.kind === 'column' && expr.name === name) return printName(name);
  return `${printName(name)} = ${printExpr(expr)}`;
}

export const projectDefinition: NodeDefinition<ProjectNode> = {
  kind: 'project',
  withInputs: (node, [input]) => project(input!, node.columns),
  mapExpressions(node, change) {
    const columns = mapSame(node.columns, (column) => {
      const expr = change(column.expr);
      return expr === column.expr ? column : Object.freeze({ name: column.name, expr });
    });
    return columns === node.columns ? node : project(node.inputs[0]!, columns);
  },
  describe: (node) => printList(node.columns.map(printNamed)),
  grade(node) {
    const computes = node.columns.some((column) => column.expr.kind !== 'column');
    return streaming(computes ? 'row by row' : 'free');
  },
};
