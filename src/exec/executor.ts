/** Runs plans: optimize, lower, open, pull. The terminals of a query are these functions. */
import { throwIfCancelled } from '../base/cancel.js';
import type { OpenSink, Sink } from '../data/doors.js';
import type { Schema } from '../data/schema.js';
import type { Table } from '../data/table.js';
import { explainPlan } from '../plan/explain.js';
import type { PlanNode } from '../plan/node.js';
import { optimize } from '../plan/optimize.js';
import { batchTable } from './batch-table.js';
import { explainJoins } from './explain-joins.js';
import { explainMeasured } from './explain-measured.js';
import { lowerFolds, planOfFolds, statesOf } from './fold.js';
import type { NativeFold } from './fold.js';
import { lower } from './lower/index.js';
import type { LoweredQuery } from './lower/index.js';
import { nativeEngine } from './native-engine.js';
import type { NativeEngine, RunningNative } from './native-engine.js';
import type { RunOptions } from './run-options.js';
import { valuePolicy } from './run-options.js';
import { RunningQuery } from './running-query.js';
import type { ShardsWanted } from './write-shards.js';
import { lowerShards, shardedSchema } from './write-shards.js';

/** What a run took. */
export interface RunFigures {
  /** Rows read from sources. */
  readonly rowsScanned: number;
  /** Bytes read from files. */
  readonly bytesRead: number;
  /** Bytes written to temporary files. */
  readonly spillBytes: number;
  /** The most that the query held of the memory it was allowed. */
  readonly peakMemory: number;
}

export interface WrittenRows {
  readonly rows: number;
  readonly bytes: number;
  readonly stats: RunFigures;
}

/** What writing by shards gave. */
export interface WrittenShards extends WrittenRows {
  /**
   * The shards that have rows, in the order of their numbers. By position: number (uint32), rows (int64), checksum
   * (uint64), then with method `level` the key's columns, in their types and under their names.
   */
  readonly directory: Table;
  /** The file's last column, which holds the shard's number. */
  readonly shardColumn: string;
}

/** The states of native folds, in the order asked for. */
export interface FoldedStates {
  readonly states: readonly Uint8Array[];
  readonly stats: RunFigures;
}

/** How a plan is run. All calls may be made any number of times, also at once. */
export interface Executor {
  /** All rows as one table. */
  collect(plan: PlanNode, options?: RunOptions): Promise<Table>;
  /** Tables of some rows each, in order, as they are asked for; leaving the loop stops the engine. */
  batches(plan: PlanNode, options?: RunOptions): AsyncGenerator<Table, void, undefined>;
  /** All rows into a file, which is complete when the promise resolves and untouched when it rejects. */
  write(plan: PlanNode, sink: Sink, options?: RunOptions): Promise<WrittenRows>;
  /**
   * All rows into a file clustered by shard, one column more than the rows have: the shard's number. One pass, within
   * `memory`, in input order within each shard. The file is complete when the promise resolves.
   */
  writeShards(plan: PlanNode, shards: ShardsWanted, sink: Sink, options?: RunOptions): Promise<WrittenShards>;
  /** The state of each fold over all rows, as bytes; one pass, in parallel. */
  fold(plan: PlanNode, folds: readonly NativeFold[], options?: RunOptions): Promise<FoldedStates>;
  /** The plan as text; with `run`, the query is run and measured, its rows thrown away. */
  explain(plan: PlanNode, options?: RunOptions & { readonly run?: boolean | undefined }): Promise<string>;
}

/** An executor over an engine: the addon, unless a test brings its own. */
export function createExecutor(engine: NativeEngine = nativeEngine): Executor {
  const optimized = (plan: PlanNode, options: RunOptions, onChange?: (rule: string) => void): PlanNode =>
    optimize(plan, { evaluator: engine, off: options.rules?.off, onChange });

  return {
    async collect(plan, options = {}) {
      throwIfCancelled(options.signal);
      const policy = valuePolicy(options);
      const lowered = lower(optimized(plan, options), 'collect');
      const batch = await running(await RunningQuery.start(engine, lowered, options), (query) =>
        query.wait((native) => native.collect()),
      );
      return batchTable(batch, plan.schema, policy);
    },

    async *batches(plan, options = {}) {
      throwIfCancelled(options.signal);
      const policy = valuePolicy(options);
      const lowered = lower(optimized(plan, options), 'batches');
      const query = await RunningQuery.start(engine, lowered, options);
      let finished = false;
      try {
        for (;;) {
          const batch = await query.wait((native) => native.next());
          if (batch === null) break;
          yield batchTable(batch, plan.schema, policy);
        }
        finished = true;
      } finally {
        await query.close(finished);
      }
    },

    async write(plan, sink, options = {}) {
      throwIfCancelled(options.signal);
      const lowered = lower(optimized(plan, options), 'writeVtr');
      const { rows, bytes, stats } = await writeInto(engine, lowered, plan.schema, sink, options, (native) =>
        native.finish(),
      );
      return { rows, bytes, stats };
    },

    async writeShards(plan, shards, sink, options = {}) {
      throwIfCancelled(options.signal);
      const policy = valuePolicy(options);
      const schema = shardedSchema(plan.schema);
      const lowered = lowerShards(optimized(plan, options), shards);
      const { answer, ...written } = await writeInto(engine, lowered, schema, sink, options, (native) =>
        native.collect(),
      );
      const directory = batchTable(answer, lowered.output, policy);
      return { ...written, directory, shardColumn: schema.names.at(-1)! };
    },

    async fold(plan, folds, options = {}) {
      throwIfCancelled(options.signal);
      const lowered = lowerFolds(optimized(planOfFolds(plan, folds), options), folds);
      return running(await RunningQuery.start(engine, lowered, options), async (query) => {
        const batch = await query.wait((native) => native.collect());
        return { states: statesOf(batch, folds.length), stats: figuresOf(query) };
      });
    },

    async explain(plan, { run = false, ...options } = {}) {
      const rules: string[] = [];
      const plans = { written: plan, optimized: optimized(plan, options, (rule) => rules.push(rule)), rules };
      const threads = options.threads ?? engine.machine().threads;
      const estimated = explainPlan(plans) + explainJoins(plans.optimized, threads);
      if (!run) return estimated;
      throwIfCancelled(options.signal);
      return explainMeasured(engine, plans.optimized, estimated, options);
    },
  };
}

/** Does something with a query and closes it, whatever happens. */
async function running<T>(query: RunningQuery, use: (query: RunningQuery) => Promise<T>): Promise<T> {
  let finished = false;
  try {
    const result = await use(query);
    finished = true;
    return result;
  } finally {
    await query.close(finished);
  }
}

function figuresOf(query: RunningQuery): RunFigures {
  const { rowsScanned, bytesRead, spillBytes, peakMemory } = query.native.stats();
  return { rowsScanned, bytesRead, spillBytes, peakMemory };
}

/** Fills the sink with rows of the schema; `ask` resolves when all are in it. */
async function writeInto<T>(
  engine: NativeEngine,
  lowered: LoweredQuery,
  schema: Schema,
  sink: Sink,
  options: RunOptions,
  ask: (native: RunningNative) => Promise<T>,
): Promise<WrittenRows & { readonly answer: T }> {
  let target: OpenSink | undefined;
  try {
    const query = await RunningQuery.start(engine, lowered, options, async () => {
      target = await sink.open(schema, options.signal);
      return target.writer;
    });
    return await running(query, async () => {
      const answer = await query.wait(ask);
      const stats = figuresOf(query);
      const written = (await target?.commit()) ?? { rows: 0, bytes: 0 };
      return { ...written, stats, answer };
    });
  } catch (error) {
    await target?.abort();
    throw error;
  }
}
