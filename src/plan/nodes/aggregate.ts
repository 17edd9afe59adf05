/** The `aggregate` node: one row per distinct key, holding the keys and the aggregates of their rows. */
import { EngineError } from '../../base/engine-error.js';
import { Schema } from '../../data/schema.js';
import { printExpr } from '../../expr/print-expr.js';
import { resolveAggregate } from '../../expr/resolve.js';
import { mapSame } from '../expressions.js';
import type { AggregateNode, NamedExpr, PlanNode } from '../node.js';
import { columnList, printList } from '../print-list.js';
import { uniqueNames } from '../unique-names.js';
import type { NodeDefinition } from './definition.js';
import { printNamed } from './project.js';
import { inputField } from './input-field.js';

/**
 * Groups of the rows of `input` that are equal in all `keys` (null is a value of its own, NaN equals NaN, −0 equals 0);
 * without keys one group, also of no rows. The order of the groups is unspecified.
 *
 * @param aggregates each an aggregate by itself; `summarise` of `plan/summarise.ts` takes expressions of aggregates
 * @throws EngineError `plan` for an unknown column, a name given twice or neither keys nor aggregates; `type` for operands
 */
export function aggregate(
  input: PlanNode,
  keys: readonly string[],
  aggregates: readonly NamedExpr[],
): AggregateNode {
  if (keys.length + aggregates.length === 0) {
    throw new EngineError('plan', 'the result would have no columns; give at least one key or aggregate');
  }
  uniqueNames([...keys, ...aggregates.map((entry) => entry.name)], 'column');
  const keyFields = keys.map((key) => inputField(input, key));
  const grouped = keys.length > 0;
  const aggregateFields = aggregates.map(({ name, expr }) => {
    if (expr.kind !== 'aggregate') {
      throw new EngineError(
        'plan',
        `${JSON.stringify(name)} = ${printExpr(expr)} is not an aggregate; use one, such as first() or sum()`,
      );
    }
    const { type, nullable } = resolveAggregate(expr, input.schema, grouped);
    return { name, type, nullable };
  });
  return Object.freeze({
    kind: 'aggregate',
    keys: Object.freeze([...keys]),
    aggregates: Object.freeze(aggregates.map((entry) => Object.freeze({ ...entry }))),
    inputs: Object.freeze([input]),
    schema: new Schema([...keyFields, ...aggregateFields]),
  });
}

/** Aggregates that hold all values of a group until its end. */
function holdsValues(node: AggregateNode): boolean {
  const holistic = new Set(['median', 'quantile', 'nDistinct']);
  return node.aggregates.some(
    ({ expr }) => expr.kind === 'aggregate' && (expr.distinct || holistic.has(expr.fn)),
  );
}

export const aggregateDefinition: NodeDefinition<AggregateNode> = {
  kind: 'aggregate',
  withInputs: (node, [input]) => aggregate(input!, node.keys, node.aggregates),
  mapExpressions(node, change) {
    const aggregates = mapSame(node.aggregates, (entry) => {
      const expr = change(entry.expr);
      return expr === entry.expr ? entry : Object.freeze({ name: entry.name, expr });
    });
    return aggregates === node.aggregates ? node : aggregate(node.inputs[0]!, node.keys, aggregates);
  },
  describe(node) {
    const by = node.keys.length === 0 ? 'all rows' : `by ${columnList(node.keys)}`;
    return node.aggregates.length === 0 ? by : `${by}: ${printList(node.aggregates.map(printNamed))}`;
  },
  grade(node) {
    const values = holdsValues(node);
    if (node.keys.length === 0 && !values)
      return { flow: 'bounded', method: 'fold of all rows, O(n)', memory: 'one row' };
    return {
      flow: 'breaker',
      method: node.keys.length === 0 ? 'fold of all values, O(n)' : 'hash aggregate, O(n)',
      memory: values ? 'rows of the arguments' : 'groups',
      spills: 'partitions',
    };
  },
};
