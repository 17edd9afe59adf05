/** The objects that users hold: an expression with a method per function, and what JavaScript's operators get from it. */
import { inspect } from 'node:util';
import { EngineError } from '../base/engine-error.js';
import type { LiteralValue } from '../data/literal.js';
import type { DataType } from '../data/types.js';
import { call, cast, column, literal } from './build.js';
import type { Expr } from './expr.js';
import { functions } from './functions/index.js';
import { printBuilt } from './print-built.js';
import { printExpr } from './print-expr.js';
import { recordBuilt } from './recording.js';
import { parseTypeName } from './type-name.js';

/** Most calls inside each other: every walk over an expression recurses, and stacks are finite. */
const DEEPEST = 500;

/** An expression as the builders make it; users see it through the interfaces of `methods.ts`. */
export class ExpressionObject {
  readonly expr: Expr;
  /** Calls inside each other. */
  readonly depth: number;

  /**
   * @param parts the expressions it is built of, which are used thereby
   * @throws EngineError `limit` for one nested so deep that walking it could overflow the stack
   */
  constructor(expr: Expr, parts: readonly ExpressionObject[] = []) {
    this.expr = expr;
    this.depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0) + 1;
    if (this.depth > DEEPEST)
      throw new EngineError(
        'limit',
        `an expression is nested deeper than ${DEEPEST} calls; .and(…), .or(…) and .concat(…) take many operands at ` +
          'once, .in([…]) many values, and a column made by mutate() starts anew',
      );
    Object.freeze(this);
    recordBuilt(this, parts);
  }

  cast(to: string | DataType): ExpressionObject {
    return new ExpressionObject(cast(this.expr, typeof to === 'string' ? parseTypeName(to) : to), [this]);
  }

  as(name: string): NamedObject {
    return new NamedObject(name, this);
  }

  asc(): OrderingObject {
    return new OrderingObject(this, false);
  }

  desc(): OrderingObject {
    return new OrderingObject(this, true);
  }

  in(values: unknown): ExpressionObject {
    if (!isList(values))
      throw new EngineError('argument', `in takes an array of values, as in .in(['a', 'b'])`);
    return buildCall('in', [this, ...values]);
  }

  notIn(values: unknown): ExpressionObject {
    return buildCall('not', [this.in(values)]);
  }

  over(): never {
    throw new EngineError('unsupported', '.over(): windows are not available in this release');
  }

  toString(): string {
    return printExpr(this.expr);
  }

  [Symbol.toPrimitive](hint: string): never {
    const code = printBuilt(this.expr, 'r');
    const instead =
      hint === 'number'
        ? 'write .gt(…), .add(…) and so on instead of >, + and so on'
        : hint === 'string'
          ? 'it has no value yet; .toString() gives its text'
          : 'write .eq(…), .add(…), .concat(…) instead of == and +';
    throw new EngineError('plan', `${code} is an expression, not a value: ${instead}`, {
      detail: { expression: printExpr(this.expr) },
    });
  }

  [inspect.custom](): string {
    return `[expression ${printExpr(this.expr)}]`;
  }
}

/** An expression with the name of the column it becomes. */
export class NamedObject {
  readonly name: string;
  readonly expression: ExpressionObject;

  constructor(name: string, expression: ExpressionObject) {
    if (typeof name !== 'string') throw new EngineError('argument', '.as(name) takes the name as text');
    this.name = name;
    this.expression = expression;
    Object.freeze(this);
  }
}

/** An expression as a sort key. */
export class OrderingObject {
  readonly expression: ExpressionObject;
  readonly descending: boolean;

  constructor(expression: ExpressionObject, descending: boolean) {
    this.expression = expression;
    this.descending = descending;
    Object.freeze(this);
  }
}

/** An array, of what is not known yet. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** True for what can be written as a literal. */
export function isLiteral(value: unknown): value is LiteralValue {
  if (value === null || value instanceof Date) return true;
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/**
 * An argument as an expression: itself, or a literal.
 *
 * @param where what takes it, for the message: `gt`
 * @throws EngineError `argument` for anything else
 */
export function toExpression(value: unknown, where: string): Expr {
  if (value instanceof ExpressionObject) return value.expr;
  if (isLiteral(value)) return literal(value);
  throw new EngineError('argument', `${where} takes an expression or a value, not ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return 'a function: call it, or give it to the verb itself';
  if (value instanceof OrderingObject) return 'a sort key; leave .asc() or .desc() out';
  if (value instanceof NamedObject) return `an expression named by .as(${JSON.stringify(value.name)})`;
  if (value instanceof Promise) return 'a promise; await it before';
  return isList(value) ? 'an array' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** A call of a function with expressions or values. */
export function buildCall(fn: string, args: readonly unknown[]): ExpressionObject {
  const exprs = args.map((arg) => toExpression(arg, fn));
  return new ExpressionObject(
    call(fn, exprs),
    args.filter((arg) => arg instanceof ExpressionObject),
  );
}

/** A column as an expression. */
export function buildColumn(name: string): ExpressionObject {
  return new ExpressionObject(column(name));
}

// One method per function; `in` takes an array and stands above.
for (const [name, { arity }] of Object.entries(functions)) {
  if (Object.hasOwn(ExpressionObject.prototype, name)) continue;
  Object.defineProperty(ExpressionObject.prototype, name, {
    configurable: true,
    writable: true,
    value: function method(this: ExpressionObject, ...args: readonly unknown[]): ExpressionObject {
      return buildCall(name, withoutTrailingUndefined([this, ...args], arity[0]));
    },
  });
}

/** An optional argument passed on as undefined is the same as none; `fewest` arguments are not optional. */
export function withoutTrailingUndefined(args: readonly unknown[], fewest: number): readonly unknown[] {
  let end = args.length;
  while (end > fewest && args[end - 1] === undefined) end -= 1;
  return args.slice(0, end);
}
