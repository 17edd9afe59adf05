/** The `slice-groups` node: the first rows of each group, in the order of keys or of the input. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { OrderKey, PlanNode, SliceGroupsNode } from '../node.js';
import { columnList } from '../print-list.js';
import { uniqueNames } from '../unique-names.js';
import type { NodeDefinition } from './definition.js';
import { inputField } from './input-field.js';
import { printCount } from './limit.js';
import { mapOrderKeys, orderKeys, printOrderKeys } from './order-keys.js';

/**
 * The first `count` rows of each group of rows equal in `groups`; the order of the groups is unspecified, the rows of
 * one group are in the order of `keys`, ties and no keys in the order of the input.
 *
 * @throws EngineError `plan` for no group column or an unknown one; `argument` unless the count is whole and not negative
 */
export function sliceGroups(
  input: PlanNode,
  groups: readonly string[],
  keys: readonly OrderKey[],
  count: number,
): SliceGroupsNode {
  if (groups.length === 0) throw new EngineError('plan', 'a grouped slice needs at least one group column');
  uniqueNames(groups, 'group column');
  for (const name of groups) inputField(input, name);
  return Object.freeze({
    kind: 'slice-groups',
    groups: Object.freeze([...groups]),
    keys: orderKeys(input, keys, 0),
    count: checkWhole('count', count, 0),
    inputs: Object.freeze([input]),
    schema: input.schema,
  });
}

export const sliceGroupsDefinition: NodeDefinition<SliceGroupsNode> = {
  kind: 'slice-groups',
  withInputs: (node, [input]) => sliceGroups(input!, node.groups, node.keys, node.count),
  mapExpressions(node, change) {
    const keys = mapOrderKeys(node.keys, change);
    return keys === node.keys ? node : sliceGroups(node.inputs[0]!, node.groups, keys, node.count);
  },
  describe(node) {
    const order = node.keys.length === 0 ? '' : ` by ${printOrderKeys(node.keys)}`;
    return `${printCount(node.count, 0)} of each ${columnList(node.groups)}${order}`;
  },
  grade: () => ({
    flow: 'breaker',
    method: 'external sort cut per group, O(n log n)',
    memory: 'rows kept',
    spills: 'sorted runs',
  }),
};
