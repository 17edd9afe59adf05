/** Bounds of shards of equal width between the least and the greatest finite key: the arithmetic, exact for every type. */
import { compareValues } from '../../data/compare-values.js';
import type { PhysicalValue } from '../../data/compare-values.js';
import type { DataType } from '../../data/types.js';
import { isFloat } from '../../data/types.js';

/**
 * At most `n − 1` strictly ascending bounds above `least` and not above `greatest`; none where all keys are equal. Integers,
 * dates and ticks are divided as whole numbers.
 */
export function rangeBounds(
  least: PhysicalValue,
  greatest: PhysicalValue,
  n: number,
  type: DataType,
): readonly PhysicalValue[] {
  if (least === null || greatest === null || typeof least === 'string' || typeof greatest === 'string')
    return [];
  const bounds = isFloat(type)
    ? floatBounds(Number(least), Number(greatest), n, type.kind === 'float32')
    : wholeBounds(BigInt(least), BigInt(greatest), n, type);
  const kept = ascending(bounds, least).filter((bound) => compareValues(bound, greatest) <= 0);
  // Between floats that follow each other closely, every share may be rounded to the least.
  return kept.length === 0 && n > 1 ? ascending([greatest], least) : kept;
}

function floatBounds(least: number, greatest: number, n: number, single: boolean): number[] {
  return Array.from({ length: n - 1 }, (_, i) => {
    const share = (i + 1) / n;
    // The difference of the two may be infinite.
    const bound = least * (1 - share) + greatest * share;
    return single ? Math.fround(bound) : bound;
  });
}

function wholeBounds(least: bigint, greatest: bigint, n: number, type: DataType): PhysicalValue[] {
  const width = greatest - least + 1n;
  const parts = BigInt(n);
  return Array.from({ length: n - 1 }, (_, i) => {
    // Rounded up, so that the first shard is not smaller than the others.
    const bound = least + (width * BigInt(i + 1) + parts - 1n) / parts;
    return wholeValue(bound, type);
  });
}

/** Ticks are bigint; days and integers are numbers while safe. */
function wholeValue(value: bigint, type: DataType): PhysicalValue {
  if (type.kind === 'timestamp') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * Ascending values without doubles, only those above `least`: a shard below would be empty. NaN is no bound, it lies in the
 * last shard.
 */
export function ascending(sorted: readonly PhysicalValue[], least: PhysicalValue): readonly PhysicalValue[] {
  const bounds: PhysicalValue[] = [];
  for (const value of sorted) {
    if (value === null || Number.isNaN(value)) continue;
    // −0 and 0 are one key.
    const bound = value === 0 ? 0 : value;
    if (compareValues(bound, bounds.at(-1) ?? least) > 0) bounds.push(bound);
  }
  return bounds;
}
