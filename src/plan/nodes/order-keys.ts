/** Sort keys as nodes hold them: checked, frozen, mapped and shown in one way. */
import { EngineError } from '../../base/engine-error.js';
import type { Expr } from '../../expr/expr.js';
import { printExpr } from '../../expr/print-expr.js';
import { resolve } from '../../expr/resolve.js';
import { mapSame } from '../expressions.js';
import type { OrderKey, PlanNode } from '../node.js';
import { printList } from '../print-list.js';

/** @throws EngineError `plan` for an unknown column or too few keys; `type` for operands */
export function orderKeys(input: PlanNode, keys: readonly OrderKey[], least = 1): readonly OrderKey[] {
  if (keys.length < least) throw new EngineError('plan', 'an order needs at least one key');
  for (const key of keys) resolve(key.expr, input.schema);
  return Object.freeze(keys.map((key) => Object.freeze({ ...key })));
}

/** The very same array when no key changed. */
export function mapOrderKeys(keys: readonly OrderKey[], change: (expr: Expr) => Expr): readonly OrderKey[] {
  return mapSame(keys, (key) => {
    const expr = change(key.expr);
    return expr === key.expr ? key : Object.freeze({ ...key, expr });
  });
}

/** `delay desc, origin`. */
export function printOrderKeys(keys: readonly OrderKey[]): string {
  return printList(keys.map((key) => `${printExpr(key.expr)}${key.descending ? ' desc' : ''}`));
}
