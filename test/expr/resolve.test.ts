/** Type inference: promotion, literals, nullability, aggregates, and the errors with their remedies. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../src/base/engine-error.js';
import { Schema } from '../../src/data/schema.js';
import type { DataType } from '../../src/data/types.js';
import * as t from '../../src/data/types.js';
import { aggregate, call, cast, column, literal } from '../../src/expr/build.js';
import type { Expr, Resolved } from '../../src/expr/expr.js';
import { resolve, resolveAggregate } from '../../src/expr/resolve.js';

const fields: readonly (readonly [string, DataType])[] = [
  ['i8', t.int8],
  ['i32', t.int32],
  ['i64', t.int64],
  ['u8', t.uint8],
  ['u64', t.uint64],
  ['f32', t.float32],
  ['f64', t.float64],
  ['text', t.utf8],
  ['flag', t.bool],
  ['day', t.date],
  ['at', t.timestamp('ms')],
  ['at_s', t.timestamp('s')],
  ['there', t.timestamp('us', 'Europe/Vienna')],
  ['here', t.timestamp('us', 'Asia/Tokyo')],
];
const schema = new Schema([
  ...fields.map(([name, type]) => ({ name, type, nullable: false })),
  { name: 'maybe', type: t.int32, nullable: true },
]);

const c = column;
const l = literal;
/** `op(arg: type, …): type` of a resolved tree, with a question mark where null is possible. */
function show(resolved: Resolved): string {
  const type = t.typeName(resolved.type) + (resolved.nullable ? '?' : '');
  if (resolved.kind === 'column') return `${resolved.name}: ${type}`;
  if (resolved.kind === 'constant') return `${String(resolved.value)}: ${type}`;
  const inner = [...resolved.args.map(show), ...resolved.params.map((p) => `#${p}`)].join(', ');
  return `${resolved.op}(${inner}): ${type}`;
}
const shown = (expr: Expr): string => show(resolve(expr, schema));
const typed = (fn: string, ...args: Expr[]): string => shown(call(fn, args));

function failure(expr: Expr): string {
  try {
    resolve(expr, schema);
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('a literal', () => {
  it('adopts the type of the column it meets when that holds it', () => {
    expect(typed('add', c('i32'), l(1))).toBe('add(i32: int32, 1: int32): int32');
    expect(typed('add', c('u64'), l(1n))).toBe('add(u64: uint64, 1: uint64): uint64');
    expect(typed('add', c('f32'), l(0.5))).toBe('add(f32: float32, 0.5: float32): float32');
  });
  it('widens only as far as needed', () => {
    expect(typed('add', c('i8'), l(1000))).toBe('add(cast(i8: int8): int16, 1000: int16): int16');
    expect(typed('add', c('u8'), l(300))).toBe('add(cast(u8: uint8): uint16, 300: uint16): uint16');
    expect(typed('gt', c('f32'), l(0.1))).toBe('gt(cast(f32: float32, #-1): float64, 0.1: float64): bool');
  });
  it('that an integer does not hold is compared in the integer type, exactly', () => {
    expect(typed('gt', c('i32'), l(1.5))).toBe('gt(i32: int32, 1: int32): bool');
    expect(typed('ge', c('i32'), l(1.5))).toBe('ge(i32: int32, 2: int32): bool');
    expect(typed('lt', c('i32'), l(-1.5))).toBe('lt(i32: int32, -1: int32): bool');
    expect(typed('lt', l(1.5), c('i32'))).toBe('gt(i32: int32, 1: int32): bool');
    expect(typed('eq', c('i32'), l(1.5))).toBe('lt(i32: int32, -2147483648: int32): bool');
    expect(typed('ne', c('i32'), l(1.5))).toBe('ge(i32: int32, -2147483648: int32): bool');
    expect(typed('gt', c('u64'), l(-1))).toBe('ge(u64: uint64, 0: uint64): bool');
    expect(typed('lt', c('i8'), l(Infinity))).toBe('ge(i8: int8, -128: int8): bool');
    expect(typed('ge', c('i8'), l(Number.NaN))).toBe('lt(i8: int8, -128: int8): bool');
    expect(typed('gt', c('i8'), l(127.5))).toBe('lt(i8: int8, -128: int8): bool');
    expect(typed('gt', c('i8'), l(126.5))).toBe('gt(i8: int8, 126: int8): bool');
    expect(typed('between', c('u8'), l(-1.5), l(300))).toBe('between(u8: uint8, 0: uint8, 255: uint8): bool');
    expect(typed('between', c('u8'), l(1.2), l(1.8))).toBe('between(u8: uint8, 255: uint8, 0: uint8): bool');
    expect(typed('eqNull', c('u8'), l(-1))).toBe('false: bool');
  });
  it('keeps integers beyond 2^53 exact', () => {
    expect(typed('eq', c('i64'), l(9007199254740993n))).toBe('eq(i64: int64, 9007199254740993: int64): bool');
  });
  it('of text becomes a date or timestamp', () => {
    expect(typed('ge', c('day'), l('2024-02-29'))).toBe('ge(day: date, 19782: date): bool');
    expect(typed('ge', c('at'), l('2024-02-29T10:30:00.5Z'))).toBe(
      'ge(at: timestamp(ms), 1709202600500: timestamp(ms)): bool',
    );
    expect(failure(call('ge', [c('day'), l('2023-02-29')]))).toBe(
      `type: in day >= '2023-02-29': text "2023-02-29" is no date; write a Date or ISO text such as '2024-02-29'`,
    );
  });
  it('Date becomes a date at midnight, else the date becomes a timestamp', () => {
    expect(typed('eq', c('day'), l(new Date('1970-01-03')))).toBe('eq(day: date, 2: date): bool');
    expect(typed('lt', c('day'), l(new Date('1970-01-01T00:00:01Z')))).toBe(
      'lt(cast(day: date, #-1, #1): timestamp(ms), 1000: timestamp(ms)): bool',
    );
    expect(typed('lt', c('at_s'), l(new Date(1500)))).toBe(
      'lt(cast(at_s: timestamp(s), #0, #1): timestamp(ms), 1500: timestamp(ms)): bool',
    );
  });
  it('null takes the type it meets, and alone has none', () => {
    expect(typed('eq', c('i32'), l(null))).toBe('eq(i32: int32, null: int32?): bool?');
    expect(shown(cast(l(null), t.int8))).toBe('null: int8?');
    expect(failure(l(null))).toContain('type: a null alone has no type');
  });
  it('alone is int32, int64, float64, text, boolean or timestamp', () => {
    expect(['1: int32', '3000000000: int64', '1.5: float64']).toEqual([l(1), l(3e9), l(1.5)].map(shown));
    expect(shown(l(2n ** 63n))).toBe('9223372036854775808: uint64');
    expect(failure(l(2n ** 64n))).toContain('fits no 64-bit integer');
    expect(failure(l(new Date(Number.NaN)))).toContain('invalid');
  });
});

describe('promotion', () => {
  it('of integers keeps the wider, and goes signed for mixed signs', () => {
    expect(typed('add', c('i8'), c('i32'))).toBe('add(cast(i8: int8): int32, i32: int32): int32');
    expect(typed('add', c('u8'), c('i8'))).toBe('add(cast(u8: uint8): int16, cast(i8: int8): int16): int16');
    expect(typed('add', c('u64'), c('i8'))).toBe(
      'add(cast(u64: uint64): int64, cast(i8: int8): int64): int64',
    );
  });
  it('of an integer and a float, or two floats, is float64', () => {
    expect(typed('mul', c('f32'), c('f32'))).toBe('mul(f32: float32, f32: float32): float32');
    expect(typed('mul', c('i8'), c('f32'))).toBe(
      'mul(cast(i8: int8, #-1): float64, cast(f32: float32, #-1): float64): float64',
    );
  });
  it('always divides as float64', () => {
    expect(typed('div', c('i32'), l(2))).toBe('div(cast(i32: int32, #-1): float64, 2: float64): float64');
  });
  it('makes an unsigned number signed to negate it', () => {
    expect(typed('neg', c('u8'))).toBe('neg(cast(u8: uint8): int16): int16');
  });
  it('of zones that differ is refused', () => {
    expect(failure(call('ifElse', [c('flag'), c('there'), c('here')]))).toContain('different zones');
  });
});

describe('null', () => {
  it('spreads through operations', () => {
    expect(typed('add', c('maybe'), l(1))).toMatch(/int32\?$/);
    expect(typed('add', c('i32'), l(1))).toMatch(/int32$/);
  });
  it('comes from a division by what may be zero', () => {
    expect(typed('mod', c('i32'), l(2))).toBe('mod(i32: int32, 2: int32): int32');
    expect(typed('mod', c('i32'), l(0))).toMatch(/int32\?$/);
    expect(typed('idiv', c('i32'), c('i32'))).toMatch(/int32\?$/);
  });
  it('ends at null tests, eqNull and coalesce', () => {
    expect(typed('isNull', c('maybe'))).toBe('isNull(maybe: int32?): bool');
    expect(typed('eqNull', c('maybe'), l(null))).toBe('eqNull(maybe: int32?, null: int32?): bool');
    expect(typed('coalesce', c('maybe'), l(0))).toBe('coalesce(maybe: int32?, 0: int32): int32');
    expect(typed('least', c('maybe'), l(0))).toMatch(/: int32$/);
    expect(typed('nullIf', c('i32'), l(0))).toMatch(/int32\?$/);
  });
});

describe('membership', () => {
  it('drops numbers that an integer cannot equal', () => {
    expect(typed('in', c('i32'), l(1), l(2.5), l(3e9))).toBe('in(i32: int32, 1: int32): bool');
    expect(typed('in', c('maybe'), l(2.5))).toBe('lt(maybe: int32?, -2147483648: int32): bool?');
  });
  it('in nothing is false', () => {
    expect(typed('in', c('maybe'))).toBe('false: bool');
  });
});

describe('dates', () => {
  it('carry their unit', () => {
    expect(typed('year', c('day'))).toBe('year(day: date, #-1): int64');
    expect(typed('hour', c('at'))).toBe('hour(at: timestamp(ms), #1): int64');
    expect(typed('dateTrunc', c('at_s'), l('month'))).toBe(
      'dateTrunc(at_s: timestamp(s), #2, #0): timestamp(s)',
    );
  });
  it('refuse clock fields of a date, zones, and unknown parts', () => {
    expect(failure(call('hour', [c('day')]))).toContain('a date has no time of day');
    expect(failure(call('hour', [c('there')]))).toContain(
      'unsupported: hour of timestamp(us, Europe/Vienna)',
    );
    expect(failure(call('dateTrunc', [c('day'), l('mont')]))).toContain('did you mean "month"?');
  });
});

describe('errors', () => {
  it('name near columns', () => {
    expect(failure(call('gt', [c('i3'), l(1)]))).toMatch(/^plan: no column "i3"; did you mean "i8"|"i32"/);
  });
  it('name the remedy for a wrong type', () => {
    expect(failure(call('add', [c('text'), l(1)]))).toBe(
      `type: in text + 1: add needs numbers, not utf8; .cast('float64') converts it`,
    );
    expect(failure(call('lower', [c('i32')]))).toBe(
      `type: in lower(i32): the operand of lower must be utf8, not int32; .cast('utf8') converts it`,
    );
    expect(failure(call('and', [c('i32'), c('flag')]))).toContain('must be bool, not int32');
    expect(failure(call('eq', [c('text'), c('i32')]))).toContain('utf8 and int32 have no common type');
    expect(failure(cast(c('i32'), t.date))).toContain('int32 cannot be cast to date');
    expect(failure(aggregate('mean', [c('i32')]))).toContain('belongs in summarise()');
  });
});

describe('aggregates', () => {
  const resolved = (fn: string, args: readonly Expr[], grouped: boolean, where?: Expr): string => {
    const a = resolveAggregate(aggregate(fn, args, { where }), schema, grouped);
    return `${a.name}(${a.args.map(show).join(', ')}): ${t.typeName(a.type)}${a.nullable ? '?' : ''}`;
  };
  it('are null only where a group can have no value', () => {
    expect(resolved('sum', [c('i32')], true)).toBe('sum(i32: int32): int64');
    expect(resolved('sum', [c('i32')], false)).toBe('sum(i32: int32): int64?');
    expect(resolved('sum', [c('maybe')], true)).toBe('sum(maybe: int32?): int64?');
    expect(resolved('variance', [c('f64')], true)).toBe('variance(f64: float64): float64?');
    expect(resolved('n', [], false)).toBe('countAll(): int64');
    expect(resolved('nDistinct', [c('maybe')], false)).toBe('nDistinct(maybe: int32?): int64');
  });
  it('take a condition into their arguments', () => {
    expect(resolved('n', [], true, call('gt', [c('i32'), l(0)]))).toBe(
      'count(ifElse(gt(i32: int32, 0: int32): bool, true: bool, null: bool?): bool?): int64',
    );
    expect(resolved('max', [c('f64')], true, c('flag'))).toBe(
      'max(ifElse(flag: bool, f64: float64, null: float64?): float64?): float64?',
    );
  });
  it('refuse what they cannot take', () => {
    expect(() => resolved('mean', [c('day')], true)).toThrow('mean needs numbers, not date');
    expect(() => resolved('any', [c('i32')], true)).toThrow('the argument of any must be bool');
  });
});
