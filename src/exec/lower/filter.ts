/** Lowers `filter`: its conditions one after the other, cheap ones first, those that may fail after what guards them. */
import type { Resolved } from '../../expr/expr.js';
import { resolve } from '../../expr/resolve.js';
import { canFail } from '../../plan/fallible.js';
import type { Lower } from './lowering.js';
import { costOf } from './operation-cost.js';

export const lowerFilter: Lower<'filter'> = (node, lowering) => {
  const stream = lowering.wholeInput(node);
  for (const condition of orderConditions(resolve(node.predicate, node.schema))) stream.filter(condition);
  return stream;
};

/**
 * The conditions joined by `and`, in the order to test them. One that can fail stays behind all that came before it, so
 * that no row meets it that would not have; the others can be tested at any time.
 */
export function orderConditions(predicate: Resolved): readonly Resolved[] {
  const all = conditionsOf(predicate);
  const safe = all.filter((condition) => !canFail(condition));
  const costs = new Map(safe.map((condition) => [condition, costOf(condition)]));
  safe.sort((a, b) => costs.get(a)! - costs.get(b)!);
  return [...safe, ...all.filter((condition) => canFail(condition))];
}

function conditionsOf(expr: Resolved): readonly Resolved[] {
  return expr.kind === 'operation' && expr.op === 'and' ? expr.args.flatMap(conditionsOf) : [expr];
}
