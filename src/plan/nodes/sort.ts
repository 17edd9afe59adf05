/** The `sort` node: all rows in the order of keys; stable, nulls last in either direction, NaN greatest. */
import type { OrderKey, PlanNode, SortNode } from '../node.js';
import type { NodeDefinition } from './definition.js';
import { mapOrderKeys, orderKeys, printOrderKeys } from './order-keys.js';

/**
 * Rows of `input` in the order of `keys`; rows equal in all keys keep their order.
 *
 * @throws EngineError `plan` for no key or an unknown column; `type` for operands
 */
export function sort(input: PlanNode, keys: readonly OrderKey[]): SortNode {
  return Object.freeze({
    kind: 'sort',
    keys: orderKeys(input, keys),
    inputs: Object.freeze([input]),
    schema: input.schema,
  });
}

export const sortDefinition: NodeDefinition<SortNode> = {
  kind: 'sort',
  withInputs: (node, [input]) => sort(input!, node.keys),
  mapExpressions(node, change) {
    const keys = mapOrderKeys(node.keys, change);
    return keys === node.keys ? node : sort(node.inputs[0]!, keys);
  },
  describe: (node) => `by ${printOrderKeys(node.keys)}`,
  grade: () => ({
    flow: 'breaker',
    method: 'external sort, O(n log n)',
    memory: 'rows',
    spills: 'sorted runs',
  }),
};
