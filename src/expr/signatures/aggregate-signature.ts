/** The ways in which aggregates decide their types. */
import type { DataType } from '../../data/types.js';
import { bool, float64, int64, int8, isFloat, isNumeric, typeName } from '../../data/types.js';
import type { AggregateShape } from '../aggregate-function.js';
import { castTo, operandAs } from '../coerce.js';
import type { Resolved } from '../expr.js';
import type { Call } from '../operand.js';
import { settle } from '../operand.js';
import { asFloat } from './number-signature.js';

type Resolve = (call: Call) => AggregateShape;

function onlyArgument(call: Call): Resolved {
  const [operand] = call.operands;
  if (operand === undefined) throw call.fail(`${call.fn} needs a column or an expression`);
  return settle(operand);
}

function requireSummable(call: Call, type: DataType): void {
  if (isNumeric(type) || type.kind === 'bool') return;
  const advice =
    type.kind === 'utf8'
      ? `.cast('float64') converts it`
      : `min('…'), max('…') or median of a part of it are possible`;
  throw call.fail(`${call.fn} needs numbers, not ${typeName(type)}; ${advice}`);
}

/** Integers and booleans to int64, floats to float64: `sum`. */
export function total(native: string): Resolve {
  return (call) => {
    const arg = onlyArgument(call);
    requireSummable(call, arg.type);
    return { native, args: [arg], type: isFloat(arg.type) ? float64 : int64, whenEmpty: 'null' };
  };
}

/** Numbers to float64: `mean`, `median`; `needsTwo` where a single value gives null. */
export function statistic(native: string, needsTwo = false): Resolve {
  return (call) => {
    const arg = onlyArgument(call);
    requireSummable(call, arg.type);
    const number = arg.type.kind === 'bool' ? castTo(arg, int8) : arg;
    return { native, args: [number], type: float64, whenEmpty: 'null', alwaysNullable: needsTwo };
  };
}

/** Any type to itself: `min`, `first`. */
export function pick(native: string): Resolve {
  return (call) => {
    const arg = onlyArgument(call);
    return { native, args: [arg], type: arg.type, whenEmpty: 'null' };
  };
}

/** Booleans to a boolean: `any`, `all`. */
export function verdict(native: string): Resolve {
  return (call) => {
    const args = call.operands.map((operand) => operandAs(call, operand, bool, `the argument of ${call.fn}`));
    return { native, args, type: bool, whenEmpty: 'null' };
  };
}

/** Any type to a number of values: `nDistinct`. */
export function counting(native: string): Resolve {
  return (call) => ({ native, args: [onlyArgument(call)], type: int64, whenEmpty: 'value' });
}

/** Nothing to a number of rows: `n`. With `where` it counts the rows for which that is true. */
export function rowCount(ofRows: string, ofValues: string): Resolve {
  return (call) => ({
    native: call.operands.length === 0 ? ofRows : ofValues,
    args: call.operands.map(settle),
    type: int64,
    whenEmpty: 'value',
  });
}

/** Two numbers to a float64: `corr`. */
export function pairStatistic(native: string): Resolve {
  return (call) => ({
    native,
    args: call.operands.map((operand) => asFloat(call, operand)),
    type: float64,
    whenEmpty: 'null',
    alwaysNullable: true,
  });
}
