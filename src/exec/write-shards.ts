/** Writing by shards: one pass into a file clustered by shard, and a second pipeline that reads what became of them. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import type { LiteralValue } from '../data/literal.js';
import { Schema } from '../data/schema.js';
import type { Field } from '../data/schema.js';
import { int64, uint32, uint64 } from '../data/types.js';
import { unknownColumn } from '../expr/unknown-column.js';
import type { PlanNode } from '../plan/node.js';
import { uniqueNames } from '../plan/unique-names.js';
import type { ShardDescription } from './description.js';
import { lower } from './lower/index.js';
import type { LoweredQuery } from './lower/index.js';

/** How rows find their shard. */
export interface ShardsWanted {
  /** The key columns. */
  readonly by: readonly string[];
  /**
   * `level`: one shard per different key (null is one, NaN is one, −0 is 0), numbered in no order. `bounds`: one key; the
   * shard's number is how many bounds are not above it (NaN above all); null: the number of bounds + 1. `hash`: the keys'
   * hash modulo `buckets` (see `shardHash`); all keys null: `buckets`.
   */
  readonly method: ShardDescription['method'];
  /** `hash`: how many, from 1. */
  readonly buckets?: number | undefined;
  /** `bounds`: values of the key's type in the engine's order, strictly ascending. */
  readonly bounds?: readonly LiteralValue[] | undefined;
}

const mostBuckets = 2 ** 24;

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  return name;
}

/** The columns of the file: those of the rows, then the shard's number, under a name that is free. */
export function shardedSchema(schema: Schema): Schema {
  const name = freeName('$shard', new Set(schema.names));
  return new Schema([...schema.fields, { name, type: uint32, nullable: false }]);
}

/** Number, rows and checksum of a shard, then its key where each shard is of one. */
function directorySchema(schema: Schema, { by, method }: ShardsWanted): Schema {
  const keys = method === 'level' ? by.map((name) => schema.field(name)!) : [];
  const taken = new Set(keys.map((key) => key.name));
  const figures: Field[] = [
    { name: freeName('$shard', taken), type: uint32, nullable: false },
    { name: freeName('$rows', taken), type: int64, nullable: false },
    { name: freeName('$checksum', taken), type: uint64, nullable: false },
  ];
  return new Schema([...figures, ...keys]);
}

/** @throws EngineError `plan` for unknown or repeated keys, `argument` for what the method cannot do */
function describeShards(schema: Schema, wanted: ShardsWanted): ShardDescription {
  const { by, method, buckets = 0, bounds = [] } = wanted;
  if (by.length === 0) throw new EngineError('argument', 'shards need at least one key column');
  for (const name of by) if (!schema.has(name)) throw unknownColumn(name, schema.names);
  uniqueNames(by, 'key');
  if (method === 'level') return { method, buckets: 0, bounds: [] };
  if (method === 'hash')
    return { method, buckets: checkWhole('buckets', buckets, 1, mostBuckets), bounds: [] };
  if (by.length > 1 || bounds.includes(null)) {
    throw new EngineError('argument', 'shards by bounds have one key, and no bound is null');
  }
  const { type } = schema.field(by[0]!)!;
  return { method, buckets: 0, bounds: bounds.map((value) => ({ type, value })) };
}

/**
 * Lowers an optimized plan into a shard writer. `output` is the directory: number, rows and checksum of each shard that
 * has rows, in the order of the numbers; with `level` the key's columns follow.
 *
 * @throws EngineError `plan`, `argument`
 */
export function lowerShards(optimized: PlanNode, wanted: ShardsWanted): LoweredQuery {
  const { schema } = optimized;
  const shards = describeShards(schema, wanted);
  return lower(optimized, { shards, keys: wanted.by, directory: directorySchema(schema, wanted) });
}
