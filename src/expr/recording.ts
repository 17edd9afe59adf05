/** Which expressions a callback builds, so that one its result does not use is an error instead of a silent loss. */
import { EngineError } from '../base/engine-error.js';
import type { Expr } from './expr.js';
import { printBuilt } from './print-built.js';
import { printExpr } from './print-expr.js';

/** What is recorded: an object made for an expression. */
export interface Built {
  readonly expr: Expr;
}

/** Expressions built and not yet part of another one; the innermost callback is the last. */
const callbacks: Set<Built>[] = [];

/** A new expression: it uses its parts, and waits to be used. */
export function recordBuilt(built: Built, parts: readonly Built[]): void {
  const unused = callbacks.at(-1);
  if (unused === undefined) return;
  for (const part of parts) unused.delete(part);
  unused.add(built);
}

/**
 * Runs a callback and takes the expressions of its result as used.
 *
 * @param usedBy the expressions that a result holds
 * @throws EngineError `plan` if the callback built an expression that its result does not use
 */
export function runRecorded<T>(callback: () => T, usedBy: (result: T) => readonly Built[]): T {
  const unused = new Set<Built>();
  callbacks.push(unused);
  try {
    const result = callback();
    for (const used of usedBy(result)) unused.delete(used);
    const [first] = unused;
    if (first !== undefined) throw unusedError(first);
    return result;
  } finally {
    callbacks.pop();
  }
}

function unusedError(built: Built): EngineError {
  const code = printBuilt(built.expr, 'r');
  const what = built.expr.kind === 'column' ? 'read' : 'built';
  return new EngineError(
    'plan',
    `${code} was ${what} but not used; did you write ${operatorFor(built.expr)}?`,
    {
      detail: { expression: printExpr(built.expr) },
    },
  );
}

/** What JavaScript's own operator may have swallowed. */
function operatorFor(expr: Expr): string {
  return expr.kind === 'call' && expr.fn === 'or' ? '|| for .or()' : '&& for .and()';
}
