/** The ways in which functions of numbers decide their types. */
import type { DataType } from '../../data/types.js';
import { bool, float64, isFloat, isInteger, isNumeric, typeName } from '../../data/types.js';
import { castTo, showValue, unify } from '../coerce.js';
import { signedOf } from '../common-type.js';
import type { Resolved } from '../expr.js';
import type { Call, Operand } from '../operand.js';
import { constant, operation, settle } from '../operand.js';

type Resolve = (call: Call) => Resolved;

/** Says no to what is no number. */
export function requireNumber(call: Call, type: DataType): void {
  if (isNumeric(type)) return;
  const advice =
    type.kind === 'utf8' || type.kind === 'bool'
      ? `.cast('${type.kind === 'bool' ? 'int32' : 'float64'}') converts it`
      : 'take a part of it first, such as .year()';
  throw call.fail(`${call.fn} needs numbers, not ${typeName(type)}; ${advice}`);
}

function requireIntegers(call: Call, type: DataType): void {
  if (!isInteger(type))
    throw call.fail(
      `${call.fn} needs integers, not ${typeName(type)}; .cast('int64') converts whole numbers`,
    );
}

function numbers(call: Call): { readonly type: DataType; readonly args: readonly Resolved[] } {
  for (const operand of call.operands) if (operand.kind !== 'free') requireNumber(call, operand.type);
  const unified = unify(call, call.operands);
  requireNumber(call, unified.type);
  return unified;
}

/** Two numbers to a number of their common type: `add`, `sub`, `mul`. */
export function arithmetic(op: string): Resolve {
  return (call) => {
    const { type, args } = numbers(call);
    return operation(op, type, args);
  };
}

/** As `arithmetic`, but null where the divisor is zero: `idiv`, `mod`. */
export function wholeDivision(op: string): Resolve {
  return (call) => {
    const { type, args } = numbers(call);
    const [, divisor] = args;
    const neverZero = divisor?.kind === 'constant' && divisor.value !== null && Number(divisor.value) !== 0;
    return operation(op, type, args, { nullable: !neverZero || args.some((arg) => arg.nullable) });
  };
}

/** Numbers to float64, whatever they are: `div`, `pow`, `sqrt`. */
export function floating(op: string): Resolve {
  return (call) =>
    operation(
      op,
      float64,
      call.operands.map((operand) => asFloat(call, operand)),
    );
}

/** An operand as float64; integers beyond 2⁵³ round. */
export function asFloat(call: Call, operand: Operand): Resolved {
  if (operand.kind === 'free') {
    const { value } = operand;
    if (value === null) return constant(null, float64);
    if (typeof value !== 'number' && typeof value !== 'bigint')
      throw call.fail(`${call.fn} needs numbers, not ${showValue(value)}`);
    return constant(Number(value), float64);
  }
  requireNumber(call, operand.type);
  return castTo(operand, float64);
}

/** One number to the same type: `abs`, `sign`, `floor`. */
export function sameNumber(op: string): Resolve {
  return (call) => {
    const { type, args } = numbers(call);
    return operation(op, type, args);
  };
}

/** One number to a type that has negative values: `neg`. */
export function signedNumber(op: string): Resolve {
  return (call) => {
    const { type, args } = numbers(call);
    const signed = isInteger(type) ? signedOf(type) : type;
    return operation(
      op,
      signed,
      args.map((arg) => castTo(arg, signed)),
    );
  };
}

/** A number and a constant number of digits: `round`. */
export function rounding(op: string): Resolve {
  return (call) => {
    const [value, digits] = call.operands;
    const { type, args } = numbers({ ...call, operands: value === undefined ? [] : [value] });
    const places = digits === undefined ? 0 : constantWhole(call, digits, 'digits', -308, 308);
    return operation(op, type, args, { params: [places] });
  };
}

/** An operand that must be a whole number written in the query. */
export function constantWhole(
  call: Call,
  operand: Operand,
  what: string,
  least: number,
  most: number,
): number {
  const value = operand.kind === 'free' || operand.kind === 'constant' ? operand.value : undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  const found = value === undefined ? 'an expression' : showValue(value);
  throw call.fail(`${what} of ${call.fn} must be a whole number from ${least} to ${most}, not ${found}`);
}

/** Any number of numbers to their common type, nulls skipped: `least`, `greatest`. */
export function extreme(op: string): Resolve {
  return (call) => {
    const { type, args } = unify(call, call.operands);
    return operation(op, type, args, { nullable: args.every((arg) => arg.nullable) });
  };
}

/** A number to a boolean about its floating-point kind: `isFinite`, `isNaN`. */
export function floatTest(op: string): Resolve {
  return (call) => {
    const [operand] = call.operands;
    const value = operand === undefined ? undefined : settle(operand);
    if (value === undefined) throw call.fail(`${call.fn} needs a number`);
    requireNumber(call, value.type);
    return operation(op, bool, [isFloat(value.type) ? value : castTo(value, float64)]);
  };
}

/** Integers to their common type, bit by bit: `bitAnd`. */
export function bitwise(op: string): Resolve {
  return (call) => {
    const { type, args } = numbers(call);
    requireIntegers(call, type);
    return operation(op, type, args);
  };
}

/** An integer and a number of bits; the result has the integer's own type: `shiftLeft`. */
export function shift(op: string): Resolve {
  return (call) => {
    const [value, bits] = call.operands;
    if (value === undefined || bits === undefined)
      throw call.fail(`${call.fn} needs an integer and a number of bits`);
    const shifted = settle(value);
    requireIntegers(call, shifted.type);
    const count = settle(bits);
    requireIntegers(call, count.type);
    return operation(op, shifted.type, [shifted, castTo(count, shifted.type)]);
  };
}
