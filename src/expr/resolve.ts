/** Type inference: an expression over a schema becomes a tree in which every type is decided. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import type { Schema } from '../data/schema.js';
import { castTo } from './coerce.js';
import { constant, settle } from './operand.js';
import type { Operand } from './operand.js';
import type { AggregateExpr, CallExpr, Expr, Resolved, ResolvedAggregate } from './expr.js';
import { aggregateFunction, aggregates } from './aggregates/index.js';
import { functions, scalarFunction } from './functions/index.js';
import { toPhysical } from './literal-type.js';
import { printExpr } from './print-expr.js';
import { choice } from './signatures/logic-signature.js';
import { unknownColumn } from './unknown-column.js';

/**
 * Decides every type in an expression over rows of `schema`.
 *
 * Constants in the result are of their type: days (number) for a date, ticks (bigint) for a timestamp, integers as
 * number while safe and bigint beyond.
 *
 * @throws EngineError `plan` for an unknown column or an aggregate, `type` where operands do not fit, each with the remedy
 */
export function resolve(expr: Expr, schema: Schema): Resolved {
  return settle(operandOf(expr, schema));
}

/**
 * Decides every type in an aggregate over rows of `schema`. `where` becomes part of the arguments, which are null where
 * it is not true.
 *
 * @param grouped false where the aggregate covers all rows, so that there may be none
 * @throws EngineError as `resolve`
 */
export function resolveAggregate(expr: AggregateExpr, schema: Schema, grouped: boolean): ResolvedAggregate {
  const definition = aggregateFunction(expr.fn);
  if (definition === undefined)
    throw new EngineError(
      'plan',
      `no aggregate "${expr.fn}"${didYouMean(expr.fn, Object.keys(aggregates), 'aggregates')}`,
    );
  if (expr.args.length !== definition.arity)
    throw callError(expr, `${expr.fn} takes ${definition.arity} arguments, not ${expr.args.length}`);
  const operands: readonly Operand[] = conditional(expr, schema);
  const fail = (message: string): EngineError => callError(expr, message);
  const shape = definition.resolve({ fn: expr.fn, operands, fail });
  const emptied = shape.whenEmpty === 'null' && (!grouped || shape.args.some((arg) => arg.nullable));
  return Object.freeze({
    name: shape.native,
    args: Object.freeze([...shape.args]),
    params: expr.params,
    distinct: expr.distinct && definition.countsDoubles,
    type: shape.type,
    nullable: emptied || shape.alwaysNullable === true,
  });
}

function conditional(expr: AggregateExpr, schema: Schema): readonly Operand[] {
  const args = expr.args.map((arg) => operandOf(arg, schema));
  const { where } = expr;
  if (where === undefined) return args;
  const fail = (message: string): EngineError => callError(expr, message);
  const condition = operandOf(where, schema);
  const counted: readonly Operand[] = args.length === 0 ? [{ kind: 'free', value: true }] : args;
  return counted.map((arg) =>
    choice('ifElse')({ fn: 'where', operands: [condition, arg, { kind: 'free', value: null }], fail }),
  );
}

function operandOf(expr: Expr, schema: Schema): Operand {
  switch (expr.kind) {
    case 'column': {
      const field = schema.field(expr.name);
      if (field === undefined) throw unknownColumn(expr.name, schema.names);
      return Object.freeze({ kind: 'column', name: field.name, type: field.type, nullable: field.nullable });
    }
    case 'literal':
      return expr.type === undefined
        ? { kind: 'free', value: expr.value }
        : fixedLiteral(expr.value, expr.type);
    case 'cast':
      return resolveCast(operandOf(expr.arg, schema), expr);
    case 'aggregate':
      throw new EngineError(
        'plan',
        `${printExpr(expr)} is an aggregate: it belongs in summarise(), whose result can be used in a later verb`,
      );
    case 'call':
      return resolveCall(expr, schema);
  }
}

/** A literal whose type was fixed by whoever made it: its value may be as written or already physical. */
function fixedLiteral(value: Extract<Expr, { kind: 'literal' }>['value'], type: Resolved['type']): Resolved {
  const written = toPhysical(value, type);
  if (written !== undefined) return constant(written, type);
  if (type.kind === 'date' && typeof value === 'number') return constant(value, type);
  if (type.kind === 'timestamp' && (typeof value === 'bigint' || typeof value === 'number'))
    return constant(BigInt(value), type);
  throw new EngineError('type', `${String(value)} is not a value of type ${type.kind}`);
}

function resolveCast(operand: Operand, expr: Extract<Expr, { kind: 'cast' }>): Resolved {
  if (operand.kind === 'free') {
    const exact = toPhysical(operand.value, expr.to);
    if (exact !== undefined) return constant(exact, expr.to);
  }
  const value = settle(operand);
  const { to } = expr;
  const from = value.type;
  const temporal = to.kind === 'date' || to.kind === 'timestamp';
  const fromTemporal = from.kind === 'date' || from.kind === 'timestamp';
  if (
    (temporal && !fromTemporal && from.kind !== 'utf8') ||
    (fromTemporal && !temporal && to.kind !== 'utf8')
  )
    throw callError(
      expr,
      `${from.kind} cannot be cast to ${to.kind}; take a part such as .year(), or cast to and from text`,
    );
  return castTo(value, to);
}

function resolveCall(expr: CallExpr, schema: Schema): Resolved {
  const definition = scalarFunction(expr.fn);
  if (definition === undefined)
    throw new EngineError(
      'plan',
      `no function "${expr.fn}"${didYouMean(expr.fn, Object.keys(functions), 'functions')}`,
    );
  const [fewest, most] = definition.arity;
  if (expr.args.length < fewest || expr.args.length > most) {
    const range =
      fewest === most ? String(fewest) : most === Infinity ? `${fewest} or more` : `${fewest} to ${most}`;
    throw callError(expr, `${expr.fn} takes ${range} operands, not ${expr.args.length}`);
  }
  const operands = expr.args.map((arg) => operandOf(arg, schema));
  return definition.resolve({ fn: expr.fn, operands, fail: (message) => callError(expr, message) });
}

function callError(expr: Expr, message: string): EngineError {
  const shown = printExpr(expr);
  return new EngineError('type', `in ${shown}: ${message}`, { detail: { expression: shown } });
}

/** A condition that keeps rows: boolean, resolved. `verb` names who asks, for the message. */
export function resolveCondition(expr: Expr, schema: Schema, verb: string): Resolved {
  const resolved = resolve(expr, schema);
  if (resolved.type.kind === 'bool') return resolved;
  const shown = printExpr(expr);
  throw new EngineError(
    'type',
    `${verb} needs a condition, but ${shown} is ${resolved.type.kind}; compare it: .gt(0), .isNotNull()`,
    {
      detail: { expression: shown },
    },
  );
}
