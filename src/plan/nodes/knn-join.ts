/** The `knn-join` node: for each row of its first input the nearest rows of its second. */
import { checkWhole } from '../../base/assert.js';
import type { KnnJoinNode, PlanNode } from '../node.js';
import type { NodeDefinition } from './definition.js';
import type { NeighborJoinWishes } from './neighbor-join.js';
import { checkSelf, gradeJoin, neighborJoin, overInputs, printJoin } from './neighbor-join.js';
import { checkRadius, printRadius } from './radius-join.js';

/** What the engine's lists of neighbours can be asked for. */
const MOST_NEIGHBORS = 2 ** 31 - 1;

/**
 * The rows of `queries`, each with its `k` nearest rows of `reference` (fewer where there are fewer, or fewer within
 * `radius`; rows without any are left out), nearest first, ties by the reference's order.
 *
 * @throws EngineError as `neighborJoin`; `argument` unless `k` is whole and at least 1
 */
export function knnJoin(
  queries: PlanNode,
  reference: PlanNode,
  wishes: NeighborJoinWishes & { readonly k: unknown; readonly radius?: unknown },
): KnnJoinNode {
  const k = checkWhole('k of knnJoin', wishes.k, 1, MOST_NEIGHBORS);
  const radius = wishes.radius === undefined ? undefined : checkRadius(wishes.radius, 'knnJoin');
  if (wishes.excludeSelf) checkSelf(queries, reference, 'knnJoin');
  return neighborJoin<KnnJoinNode>(queries, reference, { ...wishes, kind: 'knn-join', k, radius });
}

export const knnJoinDefinition: NodeDefinition<KnnJoinNode> = {
  kind: 'knn-join',
  withInputs: overInputs,
  mapExpressions: (node) => node,
  describe(node) {
    const within = node.radius === undefined ? '' : ` within ${printRadius(node.radius)}`;
    return `${node.k.toLocaleString('en-US')} nearest${within} ${printJoin(node)}`;
  },
  grade: gradeJoin,
};
