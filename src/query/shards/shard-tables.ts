/** The shards of a folder as tables in memory: small ones many at a time by one query, the next read while one is used. */
import { formatBytes, parseByteSize } from '../../base/byte-size.js';
import { EngineError } from '../../base/engine-error.js';
import { Schema } from '../../data/schema.js';
import { Table } from '../../data/table.js';
import type { DataType } from '../../data/types.js';
import type { Executor } from '../../exec/executor.js';
import type { RunOptions } from '../../exec/run-options.js';
import { machine } from '../../native/process.js';
import type { ShardFolder } from '../../storage/shards/open-shard-folder.js';
import type { ShardEntry, ShardLayout } from '../../storage/shards/shard-layout.js';
import { labelOf } from './shard-key.js';
import { planOfNeighbours, planOfShard } from './shard-plans.js';

export interface ShardTable {
  readonly shard: ShardEntry;
  readonly table: Table;
}

/** Shards with rows of together so many bytes are read by one query. */
const batchBytes = 8 * 2 ** 20;
/** Less of the memory than this share, so that the next batch can be read meanwhile. */
const batchShare = 8;

/** Bytes of a row in memory, at least: what fixed-width columns take, and the codes of texts. */
export function leastRowBytes({ schema }: ShardLayout): number {
  return schema.fields.reduce((sum, { type }) => sum + leastBytes(type), 0);
}

function leastBytes({ kind }: DataType): number {
  if (kind === 'bool') return 1 / 8;
  if (kind === 'utf8' || kind === 'date') return 4;
  return kind === 'timestamp' ? 8 : Number(/\d+$/.exec(kind)?.[0] ?? 64) / 8;
}

/** Bytes that a query may hold. */
export function memoryOf(options: RunOptions): number {
  return options.memory === undefined ? machine().memory : parseByteSize('memory', options.memory);
}

/** Neighbours by number, read together; each list in the order of numbers. */
export function shardBatches(
  layout: ShardLayout,
  limit: number,
  rowBytes: number,
): readonly (readonly ShardEntry[])[] {
  const batches: ShardEntry[][] = [];
  let held = Number.POSITIVE_INFINITY;
  for (const shard of [...layout.shards].sort((a, b) => a.number - b.number)) {
    const bytes = shard.rows * rowBytes;
    held += bytes;
    if (held > limit) {
      batches.push([]);
      held = bytes;
    }
    batches.at(-1)!.push(shard);
  }
  return batches;
}

/**
 * Every shard's rows. While one batch of shards is used, the next is read.
 *
 * @throws EngineError `memory` for a shard that does not fit, naming it and the remedy
 */
export async function* shardTables(
  folder: ShardFolder,
  executor: Executor,
  options: RunOptions,
): AsyncGenerator<readonly ShardTable[], void, undefined> {
  const { manifest } = folder;
  const memory = memoryOf(options);
  const onDisk = manifest.rows === 0 ? 0 : manifest.data.bytes / manifest.rows;
  const least = leastRowBytes(manifest);
  for (const shard of manifest.shards) {
    if (shard.rows * least > memory) throw tooLarge(manifest, shard, shard.rows * least, memory);
  }
  const batches = shardBatches(
    manifest,
    Math.min(batchBytes, memory / batchShare),
    Math.max(least, 2 * onDisk),
  );
  const order = new Map(manifest.shards.map((shard, i) => [shard.number, i]));
  const read = (batch: readonly ShardEntry[] | undefined): Promise<readonly ShardTable[]> | undefined => {
    if (batch === undefined) return undefined;
    const reading = readBatch(folder, executor, batch, options, memory);
    // Whoever leaves the loop never asks for what was read ahead.
    reading.catch(() => undefined);
    return reading;
  };
  let next = read(batches[0]);
  for (let i = 1; next !== undefined; i++) {
    const tables = await next;
    next = read(batches[i]);
    yield [...tables].sort((a, b) => order.get(a.shard.number)! - order.get(b.shard.number)!);
  }
}

async function readBatch(
  folder: ShardFolder,
  executor: Executor,
  batch: readonly ShardEntry[],
  options: RunOptions,
  memory: number,
): Promise<readonly ShardTable[]> {
  const [first] = batch;
  if (batch.length > 1 || first === undefined) return readNeighbours(folder, executor, batch, options);
  try {
    const table = await executor.collect(planOfShard(folder, first.number), options);
    checkRows(folder, first, table.numRows);
    return [{ shard: first, table }];
  } catch (error) {
    if (error instanceof EngineError && error.code === 'memory')
      throw tooLarge(folder.manifest, first, first.rows * leastRowBytes(folder.manifest), memory, error);
    throw error;
  }
}

async function readNeighbours(
  folder: ShardFolder,
  executor: Executor,
  batch: readonly ShardEntry[],
  options: RunOptions,
): Promise<readonly ShardTable[]> {
  const last = batch.at(-1)!;
  const all = await executor.collect(planOfNeighbours(folder, batch[0]!.number, last.number), options);
  const numbers = all.columns.at(-1)!;
  const codes = numbers.layout === 'fixed' ? numbers.values : new Uint32Array();
  const schema = new Schema(all.schema.fields.slice(0, -1));
  const rows = new Table(schema, all.columns.slice(0, -1), all.numRows, all.policy);
  let start = 0;
  return batch.map((shard) => {
    let end = start;
    while (end < all.numRows && codes[end] === shard.number) end++;
    checkRows(folder, shard, end - start);
    const table = rows.slice(start, end);
    start = end;
    return { shard, table };
  });
}

function checkRows({ manifest, dataPath }: ShardFolder, shard: ShardEntry, found: number): void {
  if (found === shard.rows) return;
  throw new EngineError(
    'format',
    `${dataPath} is damaged: the shard ${labelOf(manifest, shard)} has ${found} rows there, ${shard.rows} in its manifest`,
    { detail: { path: dataPath, shard: shard.number, rows: found, expected: shard.rows } },
  );
}

function tooLarge(
  layout: ShardLayout,
  shard: ShardEntry,
  bytes: number,
  memory: number,
  cause?: unknown,
): EngineError {
  const label = labelOf(layout, shard);
  return new EngineError(
    'memory',
    `the shard ${label} does not fit into memory: ${shard.rows.toLocaleString('en-US')} rows take ${formatBytes(bytes)} ` +
      `or more, ${formatBytes(memory)} is allowed; stream it with { as: 'query' }, allow more memory, or offload by more keys`,
    {
      detail: { shard: label, rows: shard.rows, bytes, memory },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
