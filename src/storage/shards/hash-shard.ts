/** The shard of a key under the method `hash`, by the very hash that routed the rows. */
import { shardHash } from '../../native/shards.js';
import type { HashShard } from './matching-shards.js';
import type { ShardLayout } from './shard-layout.js';

export function hashShardOf({ by, buckets, schema }: ShardLayout): HashShard {
  const types = by.map((name) => schema.field(name)!.type);
  return (key) =>
    shardHash(
      types.map((type, i) => ({ value: key[i] ?? null, type })),
      buckets,
    );
}
