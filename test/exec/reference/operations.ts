/** The native operations that random plans use, one row at a time on plain values, straight from their definitions. */
import { EngineError } from '../../../src/base/engine-error.js';
import type { DataType } from '../../../src/data/types.js';

/** Whole numbers are numbers here whatever their type. */
export type Value = null | boolean | number | string;

type Operation = (args: readonly Value[], result: DataType) => Value;

const INT32 = 2 ** 31;

/** Null in, null out. */
function strict(compute: (args: readonly never[], result: DataType) => Value): Operation {
  return (args, result) => (args.includes(null) ? null : compute(args as readonly never[], result));
}

function whole(value: number, result: DataType): number {
  if (result.kind === 'int32' && (value < -INT32 || value >= INT32))
    throw new EngineError('data', 'overflow');
  // Whole numbers have no −0.
  return result.kind === 'int32' ? value + 0 : value;
}

/** NaN equals itself and is greatest; text by code units, which for the letters used is by bytes. */
export function compareValues(a: Value, b: Value): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === null || b === null) throw new Error('nulls do not compare');
  return a < b ? -1 : a > b ? 1 : 0;
}

const compared = (test: (order: number) => boolean): Operation =>
  strict(([a, b]) => test(compareValues(a!, b!)));

const oneOf: Operation = ([value, ...rest]) => {
  if (value === null || value === undefined) return null;
  if (rest.some((each) => each !== null && compareValues(value, each) === 0)) return true;
  return rest.includes(null) ? null : false;
};

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['add', strict(([a, b]: readonly number[], result) => whole(a! + b!, result))],
  ['sub', strict(([a, b]: readonly number[], result) => whole(a! - b!, result))],
  ['mul', strict(([a, b]: readonly number[], result) => whole(a! * b!, result))],
  ['div', strict(([a, b]: readonly number[]) => a! / b!)],
  ['eq', compared((order) => order === 0)],
  ['ne', compared((order) => order !== 0)],
  ['lt', compared((order) => order < 0)],
  ['le', compared((order) => order <= 0)],
  ['gt', compared((order) => order > 0)],
  ['ge', compared((order) => order >= 0)],
  ['in', oneOf],
  ['between', strict(([x, low, high]) => compareValues(x!, low!) >= 0 && compareValues(x!, high!) <= 0)],
  ['and', (args) => (args.includes(false) ? false : args.includes(null) ? null : true)],
  ['or', (args) => (args.includes(true) ? true : args.includes(null) ? null : false)],
  ['not', strict(([a]) => !(a as unknown as boolean))],
  ['isNull', ([a]) => a === null],
  ['isNotNull', ([a]) => a !== null],
  ['coalesce', (args) => args.find((arg) => arg !== null) ?? null],
  ['ifElse', ([condition, yes, no]) => (condition === true ? yes! : no!)],
  ['startsWith', strict(([text, start]: readonly string[]) => text!.startsWith(start!))],
  [
    'cast',
    strict(([value], result) => {
      const from: Value = value!;
      if (result.kind === 'utf8') return String(from);
      const number = typeof from === 'string' && !/^-?\d+$/.test(from) ? Number.NaN : Number(from);
      if (result.kind === 'int32' && !Number.isInteger(number)) throw new EngineError('data', 'cast');
      return whole(number, result);
    }),
  ],
]);
