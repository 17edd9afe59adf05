/** The `top-n` node: the first rows in the order of keys, found without sorting the rest. */
import { checkWhole } from '../../base/assert.js';
import type { OrderKey, PlanNode, TopNNode } from '../node.js';
import type { NodeDefinition } from './definition.js';
import { printCount } from './limit.js';
import { mapOrderKeys, orderKeys, printOrderKeys } from './order-keys.js';

/**
 * The rows number `offset` to `offset + count` of `input` sorted by `keys`, in that order; ties keep the input's order.
 *
 * @throws EngineError `plan` for no key or an unknown column; `argument` unless the numbers are whole and not negative
 */
export function topN(input: PlanNode, keys: readonly OrderKey[], count: number, offset = 0): TopNNode {
  return Object.freeze({
    kind: 'top-n',
    keys: orderKeys(input, keys),
    count: checkWhole('count', count, 0),
    offset: checkWhole('offset', offset, 0),
    inputs: Object.freeze([input]),
    schema: input.schema,
  });
}

export const topNDefinition: NodeDefinition<TopNNode> = {
  kind: 'top-n',
  withInputs: (node, [input]) => topN(input!, node.keys, node.count, node.offset),
  mapExpressions(node, change) {
    const keys = mapOrderKeys(node.keys, change);
    return keys === node.keys ? node : topN(node.inputs[0]!, keys, node.count, node.offset);
  },
  describe: (node) => `${printCount(node.count, node.offset)} by ${printOrderKeys(node.keys)}`,
  grade(node) {
    const kept = (node.count + node.offset).toLocaleString('en-US');
    return { flow: 'bounded', method: 'top-n, O(n)', memory: `${kept} rows`, spills: 'sorted runs' };
  },
};
