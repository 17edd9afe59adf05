/** Reads all of a folder of shards and compares it with its manifest, naming the shards that are damaged. */
import { EngineError } from '../../base/engine-error.js';
import type { Executor } from '../../exec/executor.js';
import type { RunOptions } from '../../exec/run-options.js';
import { shardSums } from '../../exec/shard-sums.js';
import { scan } from '../../plan/nodes/scan.js';
import type { ShardFolder } from '../../storage/shards/open-shard-folder.js';
import type { ShardEntry } from '../../storage/shards/shard-layout.js';
import type { Verified } from '../../storage/vtr/verify.js';
import { verify } from '../../storage/vtr/verify.js';
import { labelOf } from './shard-key.js';
import { planOfNeighbours } from './shard-plans.js';
import type { VerifiedShards } from './shards.js';

/** Damaged shards that are named one by one. */
const mostNamed = 20;

/**
 * @throws EngineError `format` naming the damaged shards and the file
 */
export async function verifyShards(
  folder: ShardFolder,
  executor: Executor,
  options: RunOptions,
): Promise<VerifiedShards> {
  const { manifest, dataPath } = folder;
  let verified: Verified;
  const read = { signal: options.signal, onProgress: options.onProgress };
  try {
    verified = await verify(dataPath, read);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'format') throw error;
    const byNumber = [...manifest.shards].sort((a, b) => a.number - b.number);
    const damaged = await unreadable(folder, executor, byNumber, options);
    throw damagedShards(folder, damaged, error);
  }
  await checkSums(folder, executor, options);
  return { shards: manifest.shards.length, rows: manifest.rows, bytes: verified.bytes };
}

/** Rows and contents of each shard as the file has them. */
async function checkSums(folder: ShardFolder, executor: Executor, options: RunOptions): Promise<void> {
  const { manifest } = folder;
  const sums = await shardSums(executor, scan(folder.source), manifest.shardColumn, {
    ...options,
    onProgress: undefined,
  });
  const wrong = manifest.shards.filter(({ number, rows, checksum }) => {
    const found = sums.get(number);
    return found?.rows !== rows || found.checksum !== checksum;
  });
  if (wrong.length > 0 || sums.size !== manifest.shards.length)
    throw damagedShards(folder, wrong, new EngineError('format', 'its rows are not those of its manifest'));
}

/** The shards whose rows cannot all be read, found by halves. */
async function unreadable(
  folder: ShardFolder,
  executor: Executor,
  shards: readonly ShardEntry[],
  options: RunOptions,
): Promise<readonly ShardEntry[]> {
  const [first] = shards;
  const last = shards.at(-1);
  if (first === undefined || last === undefined) return [];
  if (await isReadable(folder, executor, first.number, last.number, options)) return [];
  if (shards.length === 1) return shards;
  const middle = shards.length >> 1;
  const left = await unreadable(folder, executor, shards.slice(0, middle), options);
  if (left.length > mostNamed) return left;
  return [...left, ...(await unreadable(folder, executor, shards.slice(middle), options))];
}

async function isReadable(
  folder: ShardFolder,
  executor: Executor,
  first: number,
  last: number,
  options: RunOptions,
): Promise<boolean> {
  try {
    const sorted = planOfNeighbours(folder, first, last);
    const batches = executor.batches(sorted.inputs[0]!, { ...options, onProgress: undefined });
    while ((await batches.next()).done !== true);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'format') return false;
    throw error;
  }
}

function damagedShards(folder: ShardFolder, shards: readonly ShardEntry[], cause: EngineError): EngineError {
  const labels = shards.slice(0, mostNamed).map((shard) => labelOf(folder.manifest, shard));
  const more = shards.length > mostNamed ? ' and more' : '';
  const which = shards.length === 0 ? 'no shard can be named' : `shards ${labels.join('; ')}${more}`;
  return new EngineError('format', `${folder.dataPath} is damaged, ${which}: ${cause.message}`, {
    detail: { ...cause.detail, path: folder.dataPath, shards: labels },
    cause,
  });
}
