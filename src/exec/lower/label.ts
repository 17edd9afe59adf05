/** How an operation is named in errors: as the user would have written it. */
import { call, cast, column, literal } from '../../expr/build.js';
import type { Expr, Resolved } from '../../expr/expr.js';
import { printExpr } from '../../expr/print-expr.js';
import { withoutGuard } from './guard-branches.js';

/** `delay + 1`, `text.cast('int32')`; casts that only fit operand types together are not shown. */
export function labelOf(expr: Resolved): string {
  return printExpr(asWritten(withoutGuard(expr), true));
}

function asWritten(expr: Resolved, outermost: boolean): Expr {
  switch (expr.kind) {
    case 'column':
      return column(expr.name);
    case 'constant':
      return literal(expr.value, expr.type);
    case 'operation': {
      const [first] = expr.args;
      if (expr.op === 'cast' && first !== undefined) {
        const arg = asWritten(withoutGuard(first), false);
        return outermost ? cast(arg, expr.type) : arg;
      }
      return call(
        expr.op,
        expr.args.map((arg) => asWritten(withoutGuard(arg), false)),
      );
    }
  }
}
