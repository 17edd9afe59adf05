/** Integers, dates and timestamps as the whole numbers that the engine holds: units, days, ticks since 1970. */
import type { LiteralValue } from './literal.js';
import type { DataType, TimeUnit } from './types.js';
import { isInteger } from './types.js';

const MS_PER_DAY = 86_400_000n;

/** The engine's number of a timestamp unit. */
export const unitIds = { s: 0, ms: 1, us: 2, ns: 3 } as const satisfies Record<TimeUnit, number>;

/** The value as a whole number of the type's units; undefined when it is not one exactly. */
export function ticksOf(value: LiteralValue, type: DataType): bigint | undefined {
  if (value instanceof Date) return ticksOfDate(value, type);
  if (!isInteger(type) && type.kind !== 'date' && type.kind !== 'timestamp') return undefined;
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

function ticksOfDate(value: Date, type: DataType): bigint | undefined {
  if (Number.isNaN(value.getTime())) return undefined;
  const ms = BigInt(value.getTime());
  if (type.kind === 'date') return ms % MS_PER_DAY === 0n ? ms / MS_PER_DAY : undefined;
  if (type.kind !== 'timestamp') return undefined;
  switch (type.unit) {
    case 's':
      return ms % 1000n === 0n ? ms / 1000n : undefined;
    case 'ms':
      return ms;
    case 'us':
      return ms * 1000n;
    case 'ns':
      return ms * 1_000_000n;
  }
}
