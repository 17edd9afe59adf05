/** The rule `fold-constants`: what depends on no column is computed once, by the kernels that would run it. */
import { Schema } from '../../data/schema.js';
import { typeIds } from '../../data/types.js';
import type { Evaluator } from '../../data/doors.js';
import type { Expr, LiteralValue, Resolved } from '../../expr/expr.js';
import { resolve } from '../../expr/resolve.js';
import { partsOf } from '../../expr/build.js';
import { rewriteUp } from '../expressions.js';
import { mapExpressions, rewritePlanUp } from '../walk.js';
import type { Rule } from './rule.js';

const noColumns = new Schema([]);

export const foldConstants: Rule = {
  name: 'fold-constants',
  doc: 'computes what depends on no column once, while planning',
  apply(plan, { evaluator }) {
    if (evaluator === undefined) return plan;
    return rewritePlanUp(plan, (node) =>
      mapExpressions(node, (expr) => rewriteUp(expr, (part) => foldPart(part, evaluator))),
    );
  },
};

/** Works from the leaves up, so the parts of a foldable expression are literals by now. */
function foldPart(expr: Expr, evaluator: Evaluator): Expr {
  if (expr.kind !== 'call' && expr.kind !== 'cast') return expr;
  if (!partsOf(expr).every((part) => part.kind === 'literal')) return expr;
  try {
    const resolved = resolve(expr, noColumns);
    // The type is written down: a bare literal would adapt to its neighbours, the expression did not.
    return Object.freeze({
      kind: 'literal',
      value: evaluateResolved(resolved, evaluator),
      type: resolved.type,
    });
  } catch {
    // What fails, fails when a row needs it, with that row's message; a plan over no rows must not fail at all.
    return expr;
  }
}

function evaluateResolved(expr: Resolved, evaluator: Evaluator): LiteralValue {
  if (expr.kind === 'constant') return expr.value;
  if (expr.kind === 'column') throw new RangeError('a column is not constant');
  const args = expr.args.map((arg) => ({
    value: evaluateResolved(arg, evaluator),
    typeId: typeIds[arg.type.kind],
  }));
  return evaluator.evaluate(expr.op, args, expr.params, typeIds[expr.type.kind]);
}
