/** Shards of rows in a scratch folder, as tests of each part of them need. */
import type { Executor } from '../../../src/exec/executor.js';
import type { Query } from '../../../src/query/query.js';
import { defaultEngine } from '../../../src/query/default-engine.js';
import { QueryObject } from '../../../src/query/query-object.js';
import type { QueryState } from '../../../src/query/state.js';
import { planOf } from '../../../src/query/query-object.js';
import type { GivenShardOptions } from '../../../src/query/shards/offload-shards.js';
import { shardRequestOf, writeShardsInto } from '../../../src/query/shards/offload-shards.js';
import { ShardsObject } from '../../../src/query/shards/shards-object.js';
import type { Shards } from '../../../src/query/shards/shards.js';
import { openShardFolder } from '../../../src/storage/shards/open-shard-folder.js';
import { createShardFolder } from '../../../src/storage/shards/shard-folder.js';

export type AnyRow = Record<string, unknown>;
export type AnyShards = Shards<AnyRow, string, 'auto'>;

export function reopened(path: string): AnyShards {
  const makeQuery = (state: QueryState): unknown => new QueryObject(state);
  return new ShardsObject(openShardFolder(path), defaultEngine, makeQuery) as unknown as AnyShards;
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
