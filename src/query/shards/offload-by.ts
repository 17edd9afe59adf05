/** `offload({ by })` from options to `Shards`: in a folder that is kept, or in a temporary one. */
import { checkFolder } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { ShardManifest } from '../../storage/shards/manifest.js';
import { openShardFolder } from '../../storage/shards/open-shard-folder.js';
import type { ShardFolder } from '../../storage/shards/open-shard-folder.js';
import { createShardFolder } from '../../storage/shards/shard-folder.js';
import { TemporaryFolder } from '../../storage/temporary/temporary-folder.js';
import type { Engine } from '../engine.js';
import type { QueryState } from '../state.js';
import type { GivenShardOptions, ShardRequest } from './offload-shards.js';
import { shardRequestOf, writeShardsInto } from './offload-shards.js';
import { ShardsObject } from './shards-object.js';

/** Whether options of `offload` ask for shards. */
export function asksForShards(options: unknown): options is GivenShardOptions {
  return typeof options === 'object' && options !== null && (options as GivenShardOptions).by !== undefined;
}

/**
 * @param makeQuery the object of a query over a plan
 * @throws EngineError `argument`, `plan`, `type` for options that do not fit; `io`, `no-space`, `locked`; what the query throws
 */
export async function offloadBy(
  state: QueryState,
  given: GivenShardOptions,
  makeQuery: (state: QueryState) => unknown,
): Promise<ShardsObject> {
  const request = shardRequestOf(given, state.plan.schema);
  const { path } = request;
  if (path !== undefined) {
    if (typeof path !== 'string' || path === '' || path.includes('\0'))
      throw new EngineError('argument', 'path of offload by a key must be the path of a folder', {
        detail: { option: 'path' },
      });
    const manifest = await writeInto(path, state, request);
    return durableShards(path, state.engine, makeQuery, manifest);
  }
  const { tempDir } = request.run;
  const temporary = new TemporaryFolder(tempDir === undefined ? undefined : checkFolder('tempDir', tempDir));
  try {
    const manifest = await writeInto(temporary.path, state, { ...request, durability: 'none' });
    const folder = openTemporary(temporary, manifest);
    return new ShardsObject(folder, state.engine, makeQuery, () => {
      folder.close();
      temporary.remove();
    });
  } catch (error) {
    temporary.remove();
    throw error;
  }
}

/** The shards in a folder that stays; `manifest` is given by whoever has just written it. */
export function durableShards(
  path: string,
  engine: Engine,
  makeQuery: (state: QueryState) => unknown,
  manifest?: ShardManifest,
): ShardsObject {
  const folder = openShardFolder(path, { manifest });
  return new ShardsObject(folder, engine, makeQuery, () => {
    folder.close();
  });
}

async function writeInto(path: string, state: QueryState, request: ShardRequest): Promise<ShardManifest> {
  const { compression, durability } = request;
  const target = createShardFolder(path, { compression, durability });
  return writeShardsInto(target, state.plan, request, state.engine.executor);
}

/** The folder goes when nothing refers to its source any more. */
function openTemporary(temporary: TemporaryFolder, manifest: ShardManifest): ShardFolder {
  // Nobody else writes there: what was right once stays so.
  const folder = openShardFolder(temporary.path, {
    verify: 'first',
    manifest,
    label: 'shards',
    beforeOpen: () => {
      temporary.check('the shards', 'offload again, or with { path } to keep them');
    },
  });
  temporary.removeAfter(folder.source);
  return folder;
}
