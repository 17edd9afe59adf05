/** The `limit` node: some rows from the start, after leaving out an offset. */
import { checkWhole } from '../../base/assert.js';
import type { LimitNode, PlanNode } from '../node.js';
import type { NodeDefinition } from './definition.js';

/**
 * The rows number `offset` to `offset + count` of `input`, in its order.
 *
 * @throws EngineError `argument` unless both are whole and not negative
 */
export function limit(input: PlanNode, count: number, offset = 0): LimitNode {
  return Object.freeze({
    kind: 'limit',
    count: checkWhole('count', count, 0),
    offset: checkWhole('offset', offset, 0),
    inputs: Object.freeze([input]),
    schema: input.schema,
  });
}

/** `10 rows`, `10 rows from row 5`. */
export function printCount(count: number, offset: number): string {
  const rows = `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
  return offset === 0 ? rows : `${rows} from row ${offset.toLocaleString('en-US')}`;
}

export const limitDefinition: NodeDefinition<LimitNode> = {
  kind: 'limit',
  withInputs: (node, [input]) => limit(input!, node.count, node.offset),
  mapExpressions: (node) => node,
  describe: (node) => printCount(node.count, node.offset),
  grade: () => ({ flow: 'stream', method: 'stops its source early', memory: 'constant' }),
};
