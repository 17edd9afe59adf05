/** The one list of scalar functions, by name. */
import type { ScalarFunction } from '../scalar-function.js';
import { abs } from './abs.js';
import { acos } from './acos.js';
import { add } from './add.js';
import { and } from './and.js';
import { asin } from './asin.js';
import { atan } from './atan.js';
import { atan2 } from './atan2.js';
import { between } from './between.js';
import { bitAnd } from './bit-and.js';
import { bitOr } from './bit-or.js';
import { bitXor } from './bit-xor.js';
import { cbrt } from './cbrt.js';
import { ceil } from './ceil.js';
import { coalesce } from './coalesce.js';
import { concat } from './concat.js';
import { contains } from './contains.js';
import { cos } from './cos.js';
import { cosh } from './cosh.js';
import { dateTrunc } from './date-trunc.js';
import { day } from './day.js';
import { div } from './div.js';
import { endsWith } from './ends-with.js';
import { eq } from './eq.js';
import { eqNull } from './eq-null.js';
import { exp } from './exp.js';
import { floor } from './floor.js';
import { ge } from './ge.js';
import { greatest } from './greatest.js';
import { gt } from './gt.js';
import { hour } from './hour.js';
import { hypot } from './hypot.js';
import { idiv } from './idiv.js';
import { ifElse } from './if-else.js';
import { inFunction } from './in.js';
import { isFiniteFunction } from './is-finite.js';
import { isNaNFunction } from './is-nan.js';
import { isNotNull } from './is-not-null.js';
import { isNull } from './is-null.js';
import { le } from './le.js';
import { least } from './least.js';
import { length } from './length.js';
import { like } from './like.js';
import { ln } from './ln.js';
import { log10 } from './log10.js';
import { log2 } from './log2.js';
import { lower } from './lower.js';
import { lt } from './lt.js';
import { minute } from './minute.js';
import { mod } from './mod.js';
import { month } from './month.js';
import { mul } from './mul.js';
import { ne } from './ne.js';
import { neg } from './neg.js';
import { not } from './not.js';
import { nullIf } from './null-if.js';
import { or } from './or.js';
import { pow } from './pow.js';
import { quarter } from './quarter.js';
import { round } from './round.js';
import { second } from './second.js';
import { shiftLeft } from './shift-left.js';
import { shiftRight } from './shift-right.js';
import { sign } from './sign.js';
import { sin } from './sin.js';
import { sinh } from './sinh.js';
import { sqrt } from './sqrt.js';
import { startsWith } from './starts-with.js';
import { sub } from './sub.js';
import { substr } from './substr.js';
import { tan } from './tan.js';
import { tanh } from './tanh.js';
import { trim } from './trim.js';
import { trunc } from './trunc.js';
import { upper } from './upper.js';
import { weekday } from './weekday.js';
import { year } from './year.js';

/** Every scalar function; a new one is a file and a line here. */
export const functions = {
  add,
  sub,
  mul,
  div,
  idiv,
  mod,
  pow,
  neg,
  abs,
  sign,
  floor,
  ceil,
  round,
  trunc,
  sqrt,
  cbrt,
  exp,
  ln,
  log2,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  atan2,
  hypot,
  least,
  greatest,
  isFinite: isFiniteFunction,
  isNaN: isNaNFunction,
  bitAnd,
  bitOr,
  bitXor,
  shiftLeft,
  shiftRight,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  eqNull,
  in: inFunction,
  between,
  and,
  or,
  not,
  isNull,
  isNotNull,
  ifElse,
  coalesce,
  nullIf,
  length,
  lower,
  upper,
  trim,
  substr,
  contains,
  startsWith,
  endsWith,
  like,
  concat,
  year,
  quarter,
  month,
  day,
  weekday,
  hour,
  minute,
  second,
  dateTrunc,
} as const satisfies Readonly<Record<string, ScalarFunction>>;

export type FunctionName = keyof typeof functions;

const byName: ReadonlyMap<string, ScalarFunction> = new Map(Object.entries(functions));

/** A function by a name that may come from anywhere. */
export function scalarFunction(name: string): ScalarFunction | undefined {
  return byName.get(name);
}
