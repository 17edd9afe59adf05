/** The `radius-join` node: for each row of its first input all rows of its second within a radius. */
import { EngineError } from '../../base/engine-error.js';
import type { PlanNode, RadiusJoinNode } from '../node.js';
import type { NodeDefinition } from './definition.js';
import type { NeighborJoinWishes } from './neighbor-join.js';
import { checkSelf, gradeJoin, neighborJoin, overInputs, printJoin } from './neighbor-join.js';

/**
 * The rows of `queries`, each with all rows of `reference` at most `radius` away (rows without any are left out),
 * nearest first, ties by the reference's order.
 *
 * @throws EngineError as `neighborJoin`; `argument` unless the radius is a number
 */
export function radiusJoin(
  queries: PlanNode,
  reference: PlanNode,
  wishes: NeighborJoinWishes & { readonly radius: unknown },
): RadiusJoinNode {
  const radius = checkRadius(wishes.radius, 'radiusJoin');
  if (wishes.excludeSelf) checkSelf(queries, reference, 'radiusJoin');
  return neighborJoin<RadiusJoinNode>(queries, reference, { ...wishes, kind: 'radius-join', radius });
}

/** Distances may be negative (inner products), so a radius may, too. */
export function checkRadius(radius: unknown, verb: string): number {
  if (typeof radius === 'number' && !Number.isNaN(radius)) return radius;
  const found = typeof radius === 'number' ? String(radius) : typeof radius;
  throw new EngineError('argument', `radius of ${verb} must be a number, not ${found}`, {
    detail: { option: 'radius' },
  });
}

export function printRadius(radius: number): string {
  return String(radius);
}

export const radiusJoinDefinition: NodeDefinition<RadiusJoinNode> = {
  kind: 'radius-join',
  withInputs: overInputs,
  mapExpressions: (node) => node,
  describe: (node) => `within ${printRadius(node.radius)} ${printJoin(node)}`,
  grade: gradeJoin,
};
