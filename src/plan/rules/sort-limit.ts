/** The rule `sort-limit`: the first rows of a sort become a top-n, which never sorts the rest. */
import { topN } from '../nodes/top-n.js';
import { rewritePlanUp } from '../walk.js';
import type { Rule } from './rule.js';

export const sortLimit: Rule = {
  name: 'sort-limit',
  doc: 'turns a limit over a sort into a top-n',
  apply: (plan) =>
    rewritePlanUp(plan, (node) => {
      if (node.kind !== 'limit') return node;
      const input = node.inputs[0]!;
      if (input.kind === 'sort') return topN(input.inputs[0]!, input.keys, node.count, node.offset);
      if (input.kind === 'top-n') {
        const left = Math.max(0, input.count - node.offset);
        return topN(input.inputs[0]!, input.keys, Math.min(node.count, left), input.offset + node.offset);
      }
      return node;
    }),
};
