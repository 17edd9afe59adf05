/** Which row groups of a Parquet file cannot hold a row that a filter wants, by their statistics alone. */
import type { FileMetaData, RowGroup } from 'hyparquet';

import type { ScanPredicate } from '../../data/doors.js';
import type { LiteralValue } from '../../data/literal.js';
import type { Schema } from '../../data/schema.js';
import type { DataType, TimeUnit } from '../../data/types.js';

/** Indexes of the row groups to read, in order. */
export function rowGroupsToRead(
  metadata: FileMetaData,
  schema: Schema,
  predicates: readonly ScanPredicate[],
): number[] {
  const kept: number[] = [];
  metadata.row_groups.forEach((group, i) => {
    if (!predicates.some((predicate) => excludes(group, schema, predicate))) kept.push(i);
  });
  return kept;
}

function excludes(group: RowGroup, schema: Schema, predicate: ScanPredicate): boolean {
  const field = schema.field(predicate.column);
  const chunk = group.columns.find(
    ({ meta_data }) =>
      meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === predicate.column,
  )?.meta_data;
  if (field === undefined || chunk?.statistics === undefined) return false;
  const { null_count: nulls, min_value: min, max_value: max } = chunk.statistics;
  if (predicate.compare === 'isNull') return nulls === 0n;
  if (nulls !== undefined && nulls === chunk.num_values) return true;
  const low = bound(field.type, min, -1);
  const high = bound(field.type, max, 1);
  if (low === undefined || high === undefined) return false;
  return outside(field.type, predicate, low, high);
}

/** A bound or a literal in a form that compares: numbers and ticks as they are, text as its bytes. */
type Comparable = number | bigint | Buffer;

function outside(type: DataType, predicate: ScanPredicate, low: Comparable, high: Comparable): boolean {
  const values = predicate.values.map((value) => comparable(type, value));
  const [value] = values;
  // Floating statistics leave NaN out, and NaN is greater than every number: an upper bound says nothing about it.
  const mayHoldNaN = type.kind === 'float32' || type.kind === 'float64';
  const missed = (v: Comparable | undefined): boolean =>
    v !== undefined && !Number.isNaN(v) && (compare(v, low) < 0 || compare(v, high) > 0);
  if (value === undefined) return false;
  switch (predicate.compare) {
    case 'eq':
      return missed(value);
    case 'in':
      return values.every(missed);
    case 'lt':
      return compare(low, value) >= 0 && !Number.isNaN(value);
    case 'le':
      return compare(low, value) > 0 && !Number.isNaN(value);
    case 'gt':
      return !mayHoldNaN && compare(high, value) <= 0;
    case 'ge':
      return !mayHoldNaN && compare(high, value) < 0;
    default:
      return false;
  }
}

function compare(a: Comparable, b: Comparable): number {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

const ticksPerMilli: Record<TimeUnit, (millis: bigint) => bigint> = {
  s: (millis) => millis / 1000n,
  ms: (millis) => millis,
  us: (millis) => millis * 1000n,
  ns: (millis) => millis * 1_000_000n,
};

function comparable(type: DataType, value: LiteralValue): Comparable | undefined {
  switch (type.kind) {
    case 'utf8':
      return typeof value === 'string' ? Buffer.from(value) : undefined;
    case 'date':
      return value instanceof Date ? value.getTime() / 86_400_000 : undefined;
    case 'timestamp':
      if (typeof value === 'bigint') return value;
      return value instanceof Date ? ticksPerMilli[type.unit](BigInt(value.getTime())) : undefined;
    case 'bool':
    case 'uint64':
      return undefined;
    default:
      return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
  }
}

/** A statistic as a bound that is certain; undefined where its decoded form may have lost something. */
function bound(type: DataType, value: unknown, side: -1 | 1): Comparable | undefined {
  switch (type.kind) {
    case 'utf8':
      // Text cut inside a character decodes to a replacement that sorts elsewhere.
      return typeof value === 'string' && !value.includes('\ufffd') ? Buffer.from(value) : undefined;
    case 'date':
      return value instanceof Date ? value.getTime() / 86_400_000 : undefined;
    case 'timestamp':
      // Decoded to whole milliseconds: one more on either side covers what was cut off.
      return value instanceof Date && !Number.isNaN(value.getTime())
        ? ticksPerMilli[type.unit](BigInt(value.getTime()) + BigInt(side) * (type.unit === 's' ? 1000n : 1n))
        : undefined;
    case 'bool':
    case 'uint64':
      return undefined;
    default:
      return (typeof value === 'number' && !Number.isNaN(value)) || typeof value === 'bigint'
        ? value
        : undefined;
  }
}
