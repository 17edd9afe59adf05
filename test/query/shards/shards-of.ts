/** Shards of rows in a scratch folder, as tests of each part of them need. */
import type { Executor } from '../../../src/exec/executor.js';
import { openShards } from '../../../src/query/open-shards.js';
import type { Query, Shards } from '../../../src/query/query.js';
import { defaultEngine } from '../../../src/query/default-engine.js';
import { planOf } from '../../../src/query/query-object.js';
import type { GivenShardOptions } from '../../../src/query/shards/offload-shards.js';
import { shardRequestOf, writeShardsInto } from '../../../src/query/shards/offload-shards.js';
import { createShardFolder } from '../../../src/storage/shards/shard-folder.js';

export type AnyRow = Record<string, unknown>;
export type AnyShards = Shards<AnyRow, string, 'auto'>;

export function reopened(path: string): AnyShards {
  return openShards<AnyRow, string, 'auto'>(path);
}

export async function shardsOf(
  query: Query<never>,
  path: string,
  options: GivenShardOptions,
  executor: Executor = defaultEngine.executor,
): Promise<AnyShards> {
  const plan = planOf(query);
  const request = shardRequestOf(options, plan.schema);
  await writeShardsInto(createShardFolder(path), plan, request, executor);
  return reopened(path);
}
