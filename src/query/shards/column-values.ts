/** Values of a column as the engine holds them: days, ticks, integers as number while safe. */
import type { PhysicalValue } from '../../data/compare-values.js';
import type { ColumnData } from '../../data/column.js';
import { isValid } from '../../data/column.js';
import { readValues } from '../../data/values.js';

/** The value of row `i`. */
export function physicalAt(column: ColumnData, i: number): PhysicalValue {
  if (!isValid(column, i)) return null;
  if (column.layout === 'fixed') {
    const value = column.values[i]!;
    if (typeof value !== 'bigint' || column.type.kind === 'timestamp') return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  const out: PhysicalValue[] = [];
  readValues(column, '', { int64: 'bigint', dates: 'bigint' }, i, i + 1, out);
  return out[0] ?? null;
}
