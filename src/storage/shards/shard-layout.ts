/** What is known of shards without reading a row: how rows found theirs, and each one's number, key, rows and checksum. */
import { compareValues } from '../../data/compare-values.js';
import type { PhysicalValue } from '../../data/compare-values.js';
import type { Schema } from '../../data/schema.js';

/** `level`: one shard per key; `range`, `quantile`: by bounds of one key; `hash`: by a hash of all keys. */
export type ShardMethod = 'level' | 'range' | 'quantile' | 'hash';

export interface ShardEntry {
  /** As it stands in the column of shard numbers. */
  readonly number: number;
  readonly rows: number;
  /** Sum of the hashes of its rows, modulo 2^64. */
  readonly checksum: bigint;
  /** `level`: the values of the key columns; empty for other methods, where the number says what the shard holds. */
  readonly key: readonly PhysicalValue[];
}

export interface ShardLayout {
  /** The user's columns. */
  readonly schema: Schema;
  readonly by: readonly string[];
  readonly method: ShardMethod;
  /** `range`, `quantile`: strictly ascending; a row's shard is the number of bounds that are at most its key. */
  readonly bounds: readonly PhysicalValue[];
  /** `hash`: how many shards there may be, beside that of the rows whose keys are all null. */
  readonly buckets: number;
  /** The column of the data file that holds the shard's number. */
  readonly shardColumn: string;
  readonly rows: number;
  /** In the order of keys, nulls last. */
  readonly shards: readonly ShardEntry[];
}

/** The number of the shard of null keys; undefined where nulls are keys like others. */
export function nullShard({ method, bounds, buckets }: ShardLayout): number | undefined {
  if (method === 'level') return undefined;
  return method === 'hash' ? buckets : bounds.length + 1;
}

/** Shards in the order of their keys, nulls last. */
export function inKeyOrder(shards: readonly ShardEntry[]): readonly ShardEntry[] {
  return [...shards].sort((a, b) => {
    for (const [i, value] of a.key.entries()) {
      const order = compareValues(value, b.key[i] ?? null);
      if (order !== 0) return order;
    }
    return a.number - b.number;
  });
}

/** The number of bounds that are at most `value`: the shard of a key that is not null. */
export function placeAmong(bounds: readonly PhysicalValue[], value: PhysicalValue): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareValues(bounds[middle] ?? null, value) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
