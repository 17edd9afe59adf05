/** Comparing an integer with a literal that its type does not hold, exactly and without leaving the type. */
import type { LiteralValue } from '../../data/literal.js';
import type { DataType } from '../../data/types.js';
import { integerRange, toPhysical } from '../literal-type.js';

/** A comparison of a column with a value of the column's own type. */
export interface Bound {
  readonly op: string;
  readonly value: number | bigint;
}

/** Whole numbers around a literal: below and above it, equal if it is whole. Infinite ones lie beyond every type. */
function neighbours(value: number | bigint): readonly [below: bigint, above: bigint] {
  if (typeof value === 'bigint') return [value, value];
  if (!Number.isFinite(value)) {
    // NaN is greater than every number.
    const far = value < 0 ? -(2n ** 70n) : 2n ** 70n;
    return value < 0 ? [far, far + 1n] : [far - 1n, far];
  }
  return [BigInt(Math.floor(value)), BigInt(Math.ceil(value))];
}

function plain(value: bigint, type: DataType): number | bigint {
  const held = toPhysical(value, type);
  return typeof held === 'number' ? held : value;
}

/**
 * What `column op literal` means in the column's own integer type: `x > 1.5` is `x > 1`, `uint8 < 300` is `uint8 <= 255`,
 * which is always true. Undefined if the literal is no number.
 *
 * @param op eq, ne, lt, le, gt or ge
 */
export function integerBound(op: string, literal: LiteralValue, type: DataType): Bound | undefined {
  const range = integerRange(type);
  if (range === undefined || (typeof literal !== 'number' && typeof literal !== 'bigint')) return undefined;
  const [least, greatest] = range;
  const [below, above] = neighbours(literal);
  const always: Bound = { op: 'ge', value: plain(least, type) };
  const never: Bound = { op: 'lt', value: plain(least, type) };
  if (below > greatest || (below === greatest && above > below))
    return ['ne', 'lt', 'le'].includes(op) ? always : never;
  if (above < least || (above === least && above > below))
    return ['ne', 'gt', 'ge'].includes(op) ? always : never;
  switch (op) {
    case 'eq':
    case 'ne':
      if (below !== above) return op === 'eq' ? never : always;
      return { op, value: plain(below, type) };
    case 'gt':
    case 'le':
      return { op, value: plain(below, type) };
    default:
      return { op, value: plain(above, type) };
  }
}

/**
 * The bounds of `between` in the column's own integer type, or undefined if one is no number.
 * An interval without integers becomes one from the greatest to the least, which holds nothing.
 */
export function integerInterval(
  low: LiteralValue,
  high: LiteralValue,
  type: DataType,
): readonly [number | bigint, number | bigint] | undefined {
  const range = integerRange(type);
  const isNumber = (value: LiteralValue): value is number | bigint =>
    typeof value === 'number' || typeof value === 'bigint';
  if (range === undefined || !isNumber(low) || !isNumber(high)) return undefined;
  const [least, greatest] = range;
  const [, first] = neighbours(low);
  const [last] = neighbours(high);
  const from = first < least ? least : first;
  const to = last > greatest ? greatest : last;
  return from > to ? [plain(greatest, type), plain(least, type)] : [plain(from, type), plain(to, type)];
}
