/** What verbs get where expressions belong: callbacks are run, literals and expressions taken, names given. */
import { EngineError } from '../base/engine-error.js';
import { containsAggregate, literal } from '../expr/build.js';
import type { Expr } from '../expr/expr.js';
import { ExpressionObject, isList, isLiteral, NamedObject, OrderingObject } from '../expr/expression.js';
import { printExpr } from '../expr/print-expr.js';
import { runRecorded } from '../expr/recording.js';
import { columnsOf } from '../expr/row.js';
import type { NamedExpr, OrderKey, PlanNode } from '../plan/node.js';
import { columnName } from './names.js';

type Callback = (row: unknown) => unknown;
type Held = ExpressionObject | NamedObject | OrderingObject;

const isHeld = (value: unknown): value is Held =>
  value instanceof ExpressionObject || value instanceof NamedObject || value instanceof OrderingObject;

/** Runs a callback over the columns of `input`; anything else is taken as it is. */
function given(value: unknown, input: PlanNode): unknown {
  if (typeof value !== 'function') return value;
  const callback = value as Callback;
  return runRecorded(
    () => callback(columnsOf(input.schema)),
    (result) => (isHeld(result) ? [result instanceof ExpressionObject ? result : result.expression] : []),
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing; did the callback forget to return it?';
  if (value instanceof Promise) return 'a promise; callbacks are not async';
  if (value instanceof OrderingObject) return 'a sort key; leave .asc() or .desc() out';
  if (value instanceof NamedObject)
    return `an expression named ${JSON.stringify(value.name)}; leave .as() out`;
  if (typeof value === 'function') return 'a function that gives a function';
  return isList(value) ? 'an array' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/**
 * The value of a column: an expression or a literal, perhaps from a callback.
 *
 * @param where for the message: `mutate "speed"`
 */
export function valueOf(value: unknown, input: PlanNode, where: string): Expr {
  const result = given(value, input);
  if (result instanceof ExpressionObject) return result.expr;
  if (isLiteral(result)) return literal(result);
  throw new EngineError(
    'argument',
    `${where} takes an expression, a callback or a value, not ${describe(result)}`,
  );
}

/** A condition on rows of `input`. */
export function conditionOf(value: unknown, input: PlanNode, verb: string): Expr {
  const result = given(value, input);
  if (result instanceof ExpressionObject) return result.expr;
  if (typeof result === 'boolean')
    throw new EngineError(
      'argument',
      `${verb} got ${result}, a value of JavaScript; compare columns by .eq(), .gt() and so on, or write lit(${result})`,
    );
  throw new EngineError(
    'argument',
    `${verb} takes a condition such as r => r.delay.gt(0), not ${describe(result)}`,
  );
}

/** A sort key: a column's name, an expression, or either with its direction. */
export function sortKeyOf(value: unknown, input: PlanNode, verb: string): OrderKey {
  if (typeof value === 'string')
    return { expr: { kind: 'column', name: columnName(value, input.schema, verb) }, descending: false };
  const result = given(value, input);
  if (result instanceof OrderingObject)
    return { expr: result.expression.expr, descending: result.descending };
  if (result instanceof ExpressionObject) return { expr: result.expr, descending: false };
  throw new EngineError(
    'argument',
    `${verb} takes names of columns, desc('name'), expressions or callbacks, not ${describe(result)}`,
  );
}

/**
 * Columns with their names, from an object or a list of pairs and named expressions.
 *
 * @throws EngineError `argument` for another form, and for names in an object that JavaScript would put in another order
 */
export function entriesOf(entries: unknown, input: PlanNode, verb: string): readonly NamedExpr[] {
  const named = isIterable(entries)
    ? [...entries].map((entry) => pairOf(entry, input, verb))
    : pairsOfObject(entries, verb).map(([name, value]) => ({
        name,
        expr: valueOf(value, input, `${verb} ${JSON.stringify(name)}`),
      }));
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.size === seen.add(name).size)
      throw new EngineError('plan', `${verb} names the column ${JSON.stringify(name)} twice`, {
        detail: { column: name },
      });
  }
  return named;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function pairOf(entry: unknown, input: PlanNode, verb: string): NamedExpr {
  if (isList(entry)) {
    const [name, value] = entry;
    if (typeof name === 'string' && entry.length === 2)
      return { name, expr: valueOf(value, input, `${verb} ${JSON.stringify(name)}`) };
  } else {
    const result = given(entry, input);
    if (result instanceof NamedObject) return { name: result.name, expr: result.expression.expr };
  }
  throw new EngineError(
    'argument',
    `a list for ${verb} holds pairs [name, value] and named expressions such as r => r.x.add(1).as('y')`,
  );
}

/** Names that an object lists before all others, by size, whatever the order they were written in. */
const ARRAY_INDEX = /^(?:0|[1-9]\d{0,9})$/;

function pairsOfObject(entries: unknown, verb: string): readonly (readonly [string, unknown])[] {
  if (typeof entries !== 'object' || entries === null || isHeld(entries))
    throw new EngineError('argument', `${verb} takes an object of columns: ${verb}({ name: r => … })`);
  const prototype: unknown = Object.getPrototypeOf(entries);
  if (prototype !== Object.prototype && prototype !== null)
    throw new EngineError(
      'argument',
      `${verb} takes a plain object; a column named __proto__ is given as a pair: ${verb}([['__proto__', …]])`,
    );
  const pairs = Object.entries(entries);
  const index = pairs.find(([name]) => ARRAY_INDEX.test(name));
  if (index !== undefined)
    throw new EngineError(
      'argument',
      `the name ${JSON.stringify(index[0])} looks like an integer, and objects reorder those; give pairs: ` +
        `${verb}([[${JSON.stringify(index[0])}, …]])`,
    );
  return pairs;
}

/**
 * Refuses aggregates where each row gives its own value.
 *
 * @throws EngineError `unsupported`, naming what to do
 */
export function refuseAggregates(expr: Expr, verb: string): void {
  if (!containsAggregate(expr)) return;
  throw new EngineError(
    'unsupported',
    `${printExpr(expr)} in ${verb} would be a window over the rows, which this release does not have; ` +
      `compute it per group with summarise()`,
    { detail: { expression: printExpr(expr) } },
  );
}
