/** The rule `push-limit`: limits move below projections and join each other, so that they meet what they can cut short. */
import type { LimitNode, PlanNode } from '../node.js';
import { limit } from '../nodes/limit.js';
import { rewritePlanDown, withInputs } from '../walk.js';
import type { Rule } from './rule.js';

export const pushLimit: Rule = {
  name: 'push-limit',
  doc: 'moves limits below projections and joins neighbouring ones',
  apply: (plan) => rewritePlanDown(plan, (node) => (node.kind === 'limit' ? pushed(node) : node)),
};

function pushed(node: LimitNode): PlanNode {
  const input = node.inputs[0]!;
  if (input.kind === 'project') return withInputs(input, [limit(input.inputs[0]!, node.count, node.offset)]);
  if (input.kind === 'limit') {
    const left = Math.max(0, input.count - node.offset);
    return limit(input.inputs[0]!, Math.min(node.count, left), input.offset + node.offset);
  }
  return node;
}
