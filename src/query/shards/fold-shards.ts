/** Shards as parts that are folded apart, in the order of keys. */
import type { LiteralValue } from '../../data/literal.js';
import type { FoldShard } from '../../folds/fold-target.js';
import type { ShardFolder } from '../../storage/shards/open-shard-folder.js';
import type { ShardEntry } from '../../storage/shards/shard-layout.js';
import { keyOf, labelOf } from './shard-key.js';
import { planOfShard } from './shard-plans.js';

export function foldShardsOf(folder: ShardFolder): readonly FoldShard[] {
  return folder.manifest.shards.map((shard) => new LazyFoldShard(folder, shard));
}

/** Makes its plan and key when asked: where shards are small and many, nobody does. */
class LazyFoldShard implements FoldShard {
  readonly #folder: ShardFolder;
  readonly #shard: ShardEntry;

  constructor(folder: ShardFolder, shard: ShardEntry) {
    this.#folder = folder;
    this.#shard = shard;
  }

  get rows(): number {
    return this.#shard.rows;
  }

  /** Intervals and buckets as text: this key is for messages. */
  get key(): Readonly<Record<string, LiteralValue>> {
    const { manifest } = this.#folder;
    if (manifest.method === 'level')
      return keyOf(manifest, this.#shard) as Readonly<Record<string, LiteralValue>>;
    return { shard: labelOf(manifest, this.#shard) };
  }

  get plan(): FoldShard['plan'] {
    return planOfShard(this.#folder, this.#shard.number);
  }
}
