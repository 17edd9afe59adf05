/** The object behind `Shards`: the folder, its queries, and callbacks over its parts. */
import { inspect } from 'node:util';
import { checkWhole } from '../../base/assert.js';
import { formatBytes } from '../../base/byte-size.js';
import { EngineError } from '../../base/engine-error.js';
import { importRecord } from '../../data/import-rows.js';
import type { Schema } from '../../data/schema.js';
import type { Table } from '../../data/table.js';
import type { RunOptions } from '../../exec/run-options.js';
import { valuePolicy } from '../../exec/run-options.js';
import type { ShardFolder } from '../../storage/shards/open-shard-folder.js';
import type { ShardEntry } from '../../storage/shards/shard-layout.js';
import type { ChunkFeeder } from '../../folds/chunk-feeder.js';
import type { FoldTarget } from '../../folds/fold-target.js';
import { foldTarget } from '../../folds/fold-target.js';
import type { Engine } from '../engine.js';
import { explainRows, feedRows, foldRows } from '../fold-rows.js';
import { runOptionsOf } from '../option-names.js';
import type { QueryState } from '../state.js';
import { ShardFinder } from './find-shard.js';
import { runTasks } from './group-map.js';
import type { ShardTask } from './group-map.js';
import { GroupRows } from './group-rows.js';
import { keyOf, labelOf } from './shard-key.js';
import { foldShardsOf } from './fold-shards.js';
import { planOfShard, planOfUnion } from './shard-plans.js';
import { shardTables } from './shard-tables.js';
import type { GroupOptions, ShardsOf, VerifiedShards } from './shards.js';
import { verifyShards } from './verify-shards.js';

/** Every member of the type is here; what each gives is the type's own affair. */
type Members = { readonly [K in keyof ShardsOf<object, never, 'level', unknown>]: unknown };

interface ShardObject {
  readonly key: Readonly<Record<string, unknown>>;
  readonly rows: number;
  readonly query: unknown;
}

type Callback = (input: unknown, key: unknown, signal?: AbortSignal) => unknown;

/** Most shards that are shown one by one. */
const shownShards = 20;

/** Shards at run time; users see them as `Shards<Row, K, M>`. */
export class ShardsObject implements Members {
  readonly #folder: ShardFolder;
  readonly #engine: Engine;
  readonly #makeQuery: (state: QueryState) => unknown;
  readonly #finder: ShardFinder;
  readonly #release: () => void;

  /**
   * @param makeQuery the object of a query over a plan
   * @param release closes the file, and removes the folder if it is temporary
   */
  constructor(
    folder: ShardFolder,
    engine: Engine,
    makeQuery: (state: QueryState) => unknown,
    release: () => void,
  ) {
    this.#folder = folder;
    this.#engine = engine;
    this.#makeQuery = makeQuery;
    this.#finder = new ShardFinder(folder.manifest);
    this.#release = release;
  }

  get length(): number {
    return this.#folder.manifest.shards.length;
  }

  get rows(): number {
    return this.#folder.manifest.rows;
  }

  get bytes(): number {
    return this.#folder.manifest.data.bytes;
  }

  get schema(): Schema {
    return this.#folder.manifest.schema;
  }

  get by(): readonly string[] {
    return this.#folder.manifest.by;
  }

  get method(): string {
    return this.#folder.manifest.method;
  }

  get path(): string {
    return this.#folder.path;
  }

  *[Symbol.iterator](): IterableIterator<ShardObject> {
    for (const shard of this.#folder.manifest.shards) yield this.#object(shard);
  }

  get(key: unknown): ShardObject | undefined {
    const shard = this.#finder.find(key);
    return shard === undefined ? undefined : this.#object(shard);
  }

  query(): unknown {
    return this.#makeQuery({ plan: planOfUnion(this.#folder), groups: [], engine: this.#engine });
  }

  async groupMap(fn: unknown, options?: GroupOptions & { readonly as?: unknown }): Promise<unknown> {
    const values = await this.#each(fn, options, 'groupMap');
    const results = this.#folder.manifest.shards.map((shard) => ({
      key: this.#key(shard),
      value: values.get(shard.number),
    }));
    const get = (key: unknown): unknown => {
      const shard = this.#finder.find(key);
      return shard === undefined ? undefined : values.get(shard.number);
    };
    return Object.defineProperty(results, 'get', { value: get });
  }

  async groupModify(fn: unknown, options?: GroupOptions): Promise<Table> {
    const { manifest } = this.#folder;
    const policy = valuePolicy(options ?? {});
    const values = await this.#each(fn, options, 'groupModify');
    const rows = new GroupRows(manifest);
    for (const shard of manifest.shards) {
      try {
        rows.add(shard, values.get(shard.number));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        throw new EngineError(
          error.code,
          `groupModify, shard ${labelOf(manifest, shard)}: ${error.message}`,
          {
            detail: { ...error.detail, shard: labelOf(manifest, shard) },
            cause: error,
          },
        );
      }
    }
    return rows.finish(policy);
  }

  [foldTarget](): FoldTarget {
    const { executor, stores } = this.#engine;
    const shards = foldShardsOf(this.#folder);
    return { plan: planOfUnion(this.#folder), executor, checkpoints: stores.checkpoints, shards };
  }

  async collectChunked(fold: unknown, options?: unknown): Promise<unknown> {
    return foldRows(this, fold, options);
  }

  chunkFeeder(options?: unknown): ChunkFeeder {
    return feedRows(this, options);
  }

  async explain(options?: unknown): Promise<string> {
    return explainRows(this[foldTarget](), options);
  }

  async verify(options?: RunOptions): Promise<VerifiedShards> {
    return verifyShards(this.#folder, this.#engine.executor, runOptionsOf(options, 'verify'));
  }

  async release(): Promise<void> {
    this.#release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#release();
  }

  toString(): string {
    const { manifest } = this.#folder;
    const { shards } = manifest;
    const cut = shards.length > shownShards;
    const shown = cut ? [...shards.slice(0, shownShards / 2), ...shards.slice(-shownShards / 2)] : shards;
    const perRow = manifest.rows === 0 ? 0 : manifest.data.bytes / manifest.rows;
    const grade = this.#folder.source.grade;
    const lines = [`${grade?.tier ?? 'shards'}: ${grade?.detail ?? ''}; one pass over what is asked for`];
    if (shown.length === 0) return lines.join('\n');
    const [batch] = importRecord(
      new Map<string, readonly unknown[]>([
        ['shard', shown.map((shard) => labelOf(manifest, shard))],
        ['rows', shown.map((shard) => shard.rows.toLocaleString('en-US'))],
        ['bytes', shown.map((shard) => `≈ ${formatBytes(shard.rows * perRow)}`)],
      ]),
    ).batches();
    const [head = '', , rule = '', ...body] = (batch?.toString({ maxRows: shownShards }) ?? '').split('\n');
    const rows = body.slice(0, -1);
    if (cut)
      rows.splice(shownShards / 2, 0, `⋮ ${(shards.length - shownShards).toLocaleString('en-US')} more`);
    return [head, rule, ...rows, ...lines].join('\n');
  }

  [inspect.custom](): string {
    return `Shards ${this.schema.toString()}\n${this.toString()}`;
  }

  #key(shard: ShardEntry): Readonly<Record<string, unknown>> {
    return keyOf(this.#folder.manifest, shard);
  }

  #queryOf(shard: ShardEntry): unknown {
    const plan = planOfShard(this.#folder, shard.number);
    return this.#makeQuery({ plan, groups: [], engine: this.#engine });
  }

  #object(shard: ShardEntry): ShardObject {
    const makeQuery = (): unknown => this.#queryOf(shard);
    let query: unknown;
    return {
      key: this.#key(shard),
      rows: shard.rows,
      // Plans of many shards are made when asked for.
      get query() {
        return (query ??= makeQuery());
      },
    };
  }

  /** What a callback gives for each shard number. */
  #each(
    fn: unknown,
    options: (GroupOptions & { readonly as?: unknown }) | undefined,
    verb: 'groupMap' | 'groupModify',
  ): Promise<ReadonlyMap<number, unknown>> {
    if (typeof fn !== 'function')
      throw new EngineError('argument', `${verb} takes a function of a shard's table`);
    const callback = fn as Callback;
    const known = runOptionsOf(options, verb, verb === 'groupMap' ? ['concurrency', 'as'] : ['concurrency']);
    const { concurrency = 1, as = 'table', ...run } = known;
    checkWhole('concurrency', concurrency, 1, 1024);
    if (as !== 'table' && as !== 'query')
      throw new EngineError('argument', `as must be 'table' or 'query'`, { detail: { option: 'as' } });
    const tasks = as === 'query' ? this.#queryTasks(callback, run) : this.#tableTasks(callback, run);
    return runTasks(this.#folder.manifest, tasks, verb, concurrency, run.signal);
  }

  async *#queryTasks(fn: Callback, { signal }: RunOptions): AsyncGenerator<readonly ShardTask[]> {
    yield this.#folder.manifest.shards.map((shard) => ({
      shard,
      run: () => fn(this.#queryOf(shard), this.#key(shard), signal),
    }));
  }

  async *#tableTasks(fn: Callback, run: RunOptions): AsyncGenerator<readonly ShardTask[]> {
    for await (const batch of shardTables(this.#folder, this.#engine.executor, run)) {
      yield batch.map(({ shard, table }) => ({
        shard,
        run: () => fn(table, this.#key(shard), run.signal),
      }));
    }
  }
}
