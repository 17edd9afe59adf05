/** The rules of numeric promotion: the one type that values of two types can both be turned into. */
import type { DataType, TimeUnit } from '../data/types.js';
import {
  float32,
  float64,
  int16,
  int32,
  int64,
  int8,
  isInteger,
  isNumeric,
  isSigned,
  sameType,
  timestamp,
  uint16,
  uint32,
  uint64,
  uint8,
} from '../data/types.js';

const SIGNED = [int8, int16, int32, int64] as const;
const UNSIGNED = [uint8, uint16, uint32, uint64] as const;
const UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];

/** The number of a unit as operations take it: 0 s, 1 ms, 2 us, 3 ns; −1 for a type without a unit. */
export function unitOf(type: DataType): number {
  return type.kind === 'timestamp' ? UNITS.indexOf(type.unit) : -1;
}

/** 0 for 8 bits … 3 for 64. */
function widthOf(type: DataType): number {
  const width = SIGNED.findIndex((t) => t.kind === type.kind);
  return width >= 0 ? width : UNSIGNED.findIndex((t) => t.kind === type.kind);
}

/**
 * The common type of two, or undefined where there is none.
 *
 * Integers: the wider; of mixed signs the smallest signed type that holds both (int64 beside uint64, checked at run time).
 * An integer with a float, or float64 with float32: float64. Date with timestamp: the timestamp; two timestamps: the finer
 * unit, and the zone that one of them has.
 */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b)) return a;
  if (isInteger(a) && isInteger(b)) return commonInteger(a, b);
  if (isNumeric(a) && isNumeric(b)) return a.kind === 'float32' && b.kind === 'float32' ? float32 : float64;
  if (a.kind === 'timestamp' && b.kind === 'date') return a;
  if (a.kind === 'date' && b.kind === 'timestamp') return b;
  if (a.kind === 'timestamp' && b.kind === 'timestamp') {
    if (a.zone !== undefined && b.zone !== undefined && a.zone !== b.zone) return undefined;
    return timestamp(unitOf(a) >= unitOf(b) ? a.unit : b.unit, a.zone ?? b.zone);
  }
  return undefined;
}

function commonInteger(a: DataType, b: DataType): DataType {
  if (isSigned(a) === isSigned(b)) return widthOf(a) >= widthOf(b) ? a : b;
  const [signed, unsigned] = isSigned(a) ? [a, b] : [b, a];
  return SIGNED[Math.min(3, Math.max(widthOf(signed), widthOf(unsigned) + 1))] ?? int64;
}

/** The signed type that holds every value of an integer type (int64 for uint64, checked at run time). */
export function signedOf(type: DataType): DataType {
  return isSigned(type) ? type : (SIGNED[Math.min(3, widthOf(type) + 1)] ?? int64);
}
