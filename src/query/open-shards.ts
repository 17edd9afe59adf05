/** `openShards`: the shards that an offload left in a folder. */
import { EngineError } from '../base/engine-error.js';
import { defaultEngine } from './default-engine.js';
import { QueryObject } from './query-object.js';
import type { Name, UntypedRow } from './row-types.js';
import { durableShards } from './shards/offload-by.js';
import type { Shards } from './query.js';
import type { ShardMethod } from './shards/shards.js';

/**
 * Opens a folder that `offload({ by, path })` made. Reads its manifest, and the head and foot of the data file, not the
 * rows: `verify()` does.
 *
 * Name the row type, the key columns and the method, which the file alone tells: `openShards<Flight, 'origin'>('by-origin')`.
 *
 * @throws EngineError `io`: there is no such folder; `format`: it holds no shards, an interrupted offload or a damaged
 *   manifest; `changed`: the data file is missing, or is not the one that the manifest was written for
 * @example const byOrigin = openShards<Flight, 'origin'>('by-origin')
 */
export function openShards<
  Row extends object = UntypedRow,
  K extends Name<Row> = Name<Row>,
  M extends ShardMethod | 'auto' = 'level',
>(path: string): Shards<Row, K, M> {
  if (typeof path !== 'string' || path === '')
    throw new EngineError('argument', 'openShards takes the path of a folder', {
      detail: { option: 'path' },
    });
  const shards = durableShards(path, defaultEngine, (state) => new QueryObject(state));
  return shards as unknown as Shards<Row, K, M>;
}
