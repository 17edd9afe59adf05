/** Bringing operands to the type an operation wants: literals adapt, columns are cast, what has no common type is refused. */
import { EngineError } from '../base/engine-error.js';
import type { DataType } from '../data/types.js';
import { isFloat, isInteger, isTemporal, sameType, typeName } from '../data/types.js';
import { commonType, unitOf } from './common-type.js';
import type { Resolved } from './expr.js';
import { meetingType, toPhysical } from './literal-type.js';
import type { Call, FreeLiteral, Operand } from './operand.js';
import { constant, operation, settle } from './operand.js';

/** Parameter of the operation `cast` that allows rounding, as arithmetic does. */
const ROUNDING = -1;

/** The value as another type: itself, a constant, or a `cast` that fails at run time where a value does not fit. */
export function castTo(value: Resolved, type: DataType): Resolved {
  if (sameType(value.type, type)) return value;
  if (value.kind === 'constant' && !isTemporal(value.type)) {
    const exact = toPhysical(value.value, type);
    if (exact !== undefined) return constant(exact, type);
  }
  return operation('cast', type, [value], { params: castParams(value.type, type) });
}

function castParams(from: DataType, to: DataType): readonly number[] {
  if (from.kind === 'timestamp' || to.kind === 'timestamp') return [unitOf(from), unitOf(to)];
  return isFloat(to) && (isInteger(from) || isFloat(from)) ? [ROUNDING] : [];
}

/** One operand as the type wanted; `what` names the operand in the message: `the text`, `argument 2`. */
export function operandAs(call: Call, operand: Operand, type: DataType, what: string): Resolved {
  if (operand.kind !== 'free') {
    const joined = commonType(operand.type, type);
    if (joined !== undefined && sameType(joined, type)) return castTo(operand, type);
    throw call.fail(`${what} must be ${typeName(type)}, not ${typeName(operand.type)}; ${castAdvice(type)}`);
  }
  const value = toPhysical(operand.value, type);
  if (value !== undefined) return constant(value, type);
  throw call.fail(`${what} must be ${typeName(type)}, not ${showValue(operand.value)}`);
}

function castAdvice(type: DataType): string {
  return `.cast('${typeName(type)}') converts it`;
}

export interface Unified {
  readonly type: DataType;
  readonly args: readonly Resolved[];
}

/**
 * All operands as their one common type: that of the columns among them, widened only as far as the literals need.
 *
 * @throws EngineError `type` when there is none
 */
export function unify(call: Call, operands: readonly Operand[]): Unified {
  const type = operands.some((operand) => operand.kind !== 'free')
    ? widenForLiterals(call, operands, typeOfResolved(call, operands))
    : typeOfLiterals(call, operands);
  const args = operands.map((operand) =>
    operand.kind === 'free' ? constant(toPhysical(operand.value, type) ?? null, type) : castTo(operand, type),
  );
  return { type, args };
}

function typeOfResolved(call: Call, operands: readonly Operand[]): DataType {
  const [first, ...rest] = operands.filter((operand) => operand.kind !== 'free');
  if (first === undefined) throw new EngineError('internal', 'operands without a column have no column type');
  return rest.reduce((type, operand) => joinTypes(call, type, operand.type), first.type);
}

function typeOfLiterals(call: Call, operands: readonly Operand[]): DataType {
  const typed = operands.filter((operand) => operand.kind === 'free' && operand.value !== null).map(settle);
  const [first, ...rest] = typed;
  if (first === undefined) throw call.fail(`null alone has no type; give it one: lit(null).cast('int32')`);
  return rest.reduce((type, operand) => joinTypes(call, type, operand.type), first.type);
}

function joinTypes(call: Call, a: DataType, b: DataType): DataType {
  const type = commonType(a, b);
  if (type !== undefined) return type;
  throw call.fail(`${typeName(a)} and ${typeName(b)} have no common type; ${remedy(a, b)}`);
}

function remedy(a: DataType, b: DataType): string {
  if (a.kind === 'timestamp' && b.kind === 'timestamp')
    return `they lie in different zones; .cast('timestamp(${a.unit})') takes the zone away`;
  const odd = a.kind === 'utf8' ? b : a;
  const other = a.kind === 'utf8' ? a : b;
  return `convert one of them: .cast('${typeName(other.kind === 'utf8' ? odd : other)}')`;
}

function widenForLiterals(call: Call, operands: readonly Operand[], start: DataType): DataType {
  let type = start;
  for (const operand of operands) {
    if (operand.kind !== 'free' || toPhysical(operand.value, type) !== undefined) continue;
    type = typeMeeting(call, operand, type);
  }
  return type;
}

function typeMeeting(call: Call, { value }: FreeLiteral, met: DataType): DataType {
  if (typeof value === 'string' && isTemporal(met)) {
    const form = met.kind === 'date' ? '2024-02-29' : '2024-02-29T10:30:00';
    throw call.fail(
      `${showValue(value)} is no ${typeName(met)}; write a Date or ISO text such as '${form}'` +
        (met.kind === 'timestamp' ? ` no finer than ${met.unit}` : ''),
    );
  }
  const wanted = meetingType(value, met);
  const type = wanted === undefined ? undefined : commonType(met, wanted);
  if (type !== undefined && toPhysical(value, type) !== undefined) return type;
  throw call.fail(`${showValue(value)} cannot meet ${typeName(met)}; ${literalAdvice(met)}`);
}

function literalAdvice(met: DataType): string {
  if (met.kind === 'utf8') return 'write a text, or convert the column';
  if (met.kind === 'bool') return 'write true or false';
  return isTemporal(met) ? 'write a Date or ISO text' : 'write a number';
}

/** A literal as messages show it. */
export function showValue(value: FreeLiteral['value']): string {
  if (typeof value === 'string') return `text ${JSON.stringify(value)}`;
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Date ? `Date ${value.toISOString()}` : String(value);
}
