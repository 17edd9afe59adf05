/** `offload({ by })`: routes the rows of a query into shards on disk, in one pass, and checks that none was lost. */
import { EngineError } from '../../base/engine-error.js';
import type { Schema } from '../../data/schema.js';
import type { Executor, WrittenShards } from '../../exec/executor.js';
import type { RunOptions } from '../../exec/run-options.js';
import type { PlanNode } from '../../plan/node.js';
import type { ShardEntry, ShardLayout, ShardMethod } from '../../storage/shards/shard-layout.js';
import { inKeyOrder } from '../../storage/shards/shard-layout.js';
import type { ShardManifest } from '../../storage/shards/manifest.js';
import type { NewShards } from '../../storage/shards/shard-folder.js';
import type { WriteVtrOptions } from '../../storage/vtr/vtr-sink.js';
import { columnNames } from '../names.js';
import { runOptionsOf } from '../option-names.js';
import { chooseRouting } from './choose-routing.js';
import type { Routing } from './choose-routing.js';
import { physicalAt } from './column-values.js';
import type { ShardOptions } from './shards.js';

/** Options as they come from a caller. */
export type GivenShardOptions = Partial<ShardOptions<string, ShardMethod | 'auto'>>;

const shardOptionNames = ['by', 'method', 'n', 'path', 'compression', 'durability'] as const;
const methods: readonly (ShardMethod | 'auto')[] = ['level', 'range', 'quantile', 'hash', 'auto'];
/** A manifest of more keys takes longer to read than the rows do. */
const mostShards = 2 ** 20;

/** What is to be done, checked. */
export interface ShardRequest {
  readonly by: readonly string[];
  readonly method: ShardMethod | 'auto';
  readonly n: number | undefined;
  readonly path: string | undefined;
  readonly compression: WriteVtrOptions['compression'];
  readonly durability: WriteVtrOptions['durability'];
  readonly run: RunOptions;
}

/** @throws EngineError `argument`, `plan`: an option that is not what it should be, an unknown column */
export function shardRequestOf(options: GivenShardOptions, schema: Schema): ShardRequest {
  const known = runOptionsOf(options, 'offload', shardOptionNames);
  const { by, method = 'level', n, path, compression, durability } = known;
  const names = columnNames(Array.isArray(by) ? (by as readonly unknown[]) : [by], schema, 'by of offload');
  if (names.length === 0)
    throw new EngineError('argument', 'by of offload names at least one column', {
      detail: { option: 'by' },
    });
  checkWord('method', method, methods);
  const run = Object.fromEntries(
    Object.entries(known).filter(([name]) => !shardOptionNames.some((own) => own === name)),
  );
  checkWord('compression', compression, ['fast', 'small', 'none']);
  checkWord('durability', durability, ['full', 'none']);
  return { by: names, method, n, path, compression, durability, run };
}

function checkWord(option: string, value: string | undefined, words: readonly string[]): void {
  if (value === undefined || words.includes(value)) return;
  throw new EngineError('argument', `${option} must be one of ${words.join(', ')}`, { detail: { option } });
}

/**
 * Writes the shards of a plan.
 *
 * @param target the folder, which is left as it was if anything fails
 * @throws EngineError `limit` for too many keys, and what running and writing throw
 */
export async function writeShardsInto(
  target: NewShards,
  plan: PlanNode,
  { by, method, n, run }: ShardRequest,
  executor: Executor,
): Promise<ShardManifest> {
  try {
    const routing = await chooseRouting(plan, by, method, n, executor, run);
    const native = routing.method === 'range' || routing.method === 'quantile' ? 'bounds' : routing.method;
    const { bounds, buckets } = routing;
    const written = await executor.writeShards(
      plan,
      { by, method: native, bounds, buckets },
      target.sink,
      run,
    );
    const layout = layoutOf(plan.schema, by, routing, written);
    if (layout.rows !== written.rows)
      throw new EngineError(
        'internal',
        `shards of together ${layout.rows} rows were made of ${written.rows}; please report it`,
      );
    if (layout.shards.length > mostShards)
      throw new EngineError(
        'limit',
        `${layout.shards.length.toLocaleString('en-US')} different keys make too many shards; at most ` +
          `${mostShards.toLocaleString('en-US')}: use method: 'hash', or 'quantile'`,
        { detail: { by, shards: layout.shards.length } },
      );
    return await target.complete(layout);
  } catch (error) {
    target.abandon();
    throw error;
  }
}

/** The engine's directory: number, rows, checksum, then the keys, a row for each shard. */
function layoutOf(
  schema: Schema,
  by: readonly string[],
  routing: Routing,
  { directory, shardColumn }: WrittenShards,
): ShardLayout {
  const [numbers, rows, checksums, ...keys] = directory.columns;
  const shards: ShardEntry[] = [];
  let total = 0;
  for (let i = 0; i < directory.numRows; i++) {
    const count = Number(physicalAt(rows!, i));
    total += count;
    if (count === 0) continue;
    shards.push({
      number: Number(physicalAt(numbers!, i)),
      rows: count,
      checksum: BigInt(physicalAt(checksums!, i) ?? 0),
      key: routing.method === 'level' ? keys.map((key) => physicalAt(key, i)) : [],
    });
  }
  return {
    schema,
    by,
    ...routing,
    shardColumn,
    rows: total,
    shards: inKeyOrder(shards),
  };
}
