/** The object behind a query: each verb makes a new one, each terminal hands the plan to the engine. */
import { inspect } from 'node:util';
import type { Table as ArrowTable } from 'apache-arrow';
import { EngineError } from '../base/engine-error.js';
import type { Schema } from '../data/schema.js';
import type { Table } from '../data/table.js';
import type { WrittenRows } from '../exec/executor.js';
import type { RunOptions } from '../exec/run-options.js';
import { aggregate as aggregateExpr, column } from '../expr/build.js';
import type { ChunkFeeder } from '../folds/chunk-feeder.js';
import type { FoldTarget } from '../folds/fold-target.js';
import { foldTarget } from '../folds/fold-target.js';
import type { PlanNode } from '../plan/node.js';
import { aggregate } from '../plan/nodes/aggregate.js';
import { limit } from '../plan/nodes/limit.js';
import { project } from '../plan/nodes/project.js';
import { printPlan } from '../plan/print-plan.js';
import { gradeQuery, printQueryGrade } from '../plan/query-grade.js';
import { explainRows, feedRows, foldRows } from './fold-rows.js';
import { glimpseRows, printGlimpse } from './glimpse.js';
import { columnName } from './names.js';
import { offload } from './offload.js';
import type { OffloadOptions } from './offload-options.js';
import { runOptionsOf, writeOptionsOf } from './option-names.js';
import type { Query } from './query.js';
import { appendInSteps } from './row-steps.js';
import { asksForShards, offloadBy } from './shards/offload-by.js';
import type { GivenShardOptions } from './shards/offload-shards.js';
import type { QueryState } from './state.js';
import { ungrouped } from './state.js';
import type { WriteVtrOptions } from './terminals.js';
import { annoyJoin } from './verbs/annoy-join.js';
import { arrange, head, sliceExtreme, sliceHead } from './verbs/arrange.js';
import { dropNull, filter } from './verbs/filter.js';
import { groupBy } from './verbs/group-by.js';
import { mutate, transmute } from './verbs/mutate.js';
import { knnJoin, radiusJoin } from './verbs/neighbor-join.js';
import { relocate, rename, select } from './verbs/select.js';
import { count, distinct, summarise, tally } from './verbs/summarise.js';

/** Every member of the type is here; what each gives is the type's own affair. */
type Members = { readonly [K in keyof Query<object>]: unknown };

/** A query at run time; users see it as `Query<Row>`. */
export class QueryObject implements Members {
  readonly #state: QueryState;

  constructor(state: QueryState) {
    this.#state = state;
  }

  /** The plan as it was written. */
  get plan(): PlanNode {
    return this.#state.plan;
  }

  get schema(): Schema {
    return this.#state.plan.schema;
  }

  #next(state: QueryState): QueryObject {
    return state === this.#state ? this : new QueryObject(state);
  }

  filter(...conditions: readonly unknown[]): QueryObject {
    return this.#next(filter(this.#state, conditions));
  }

  dropNull(...columns: readonly unknown[]): QueryObject {
    return this.#next(dropNull(this.#state, columns));
  }

  select(...columns: readonly unknown[]): QueryObject {
    return this.#next(select(this.#state, columns));
  }

  rename(names: unknown): QueryObject {
    return this.#next(rename(this.#state, names));
  }

  relocate(...columns: readonly unknown[]): QueryObject {
    return this.#next(relocate(this.#state, columns));
  }

  mutate(entries: unknown, ...more: readonly unknown[]): QueryObject {
    return this.#next(mutate(this.#state, entries, more));
  }

  transmute(entries: unknown, ...more: readonly unknown[]): QueryObject {
    return this.#next(transmute(this.#state, entries, more));
  }

  groupBy(...keys: readonly unknown[]): QueryObject {
    return this.#next(groupBy(this.#state, keys));
  }

  ungroup(): QueryObject {
    return this.#next(ungrouped(this.#state));
  }

  summarise(entries: unknown, options?: unknown): QueryObject {
    return this.#next(summarise(this.#state, entries, options));
  }

  summarize(entries: unknown, options?: unknown): QueryObject {
    return this.summarise(entries, options);
  }

  count(...args: readonly unknown[]): QueryObject {
    return this.#next(count(this.#state, args));
  }

  tally(options?: unknown): QueryObject {
    return this.#next(tally(this.#state, options));
  }

  distinct(...columns: readonly unknown[]): QueryObject {
    return this.#next(distinct(this.#state, columns));
  }

  arrange(...keys: readonly unknown[]): QueryObject {
    return this.#next(arrange(this.#state, keys));
  }

  head(rows?: unknown): QueryObject {
    return this.#next(head(this.#state, rows));
  }

  sliceHead(rows: unknown, options?: unknown): QueryObject {
    return this.#next(sliceHead(this.#state, rows, options));
  }

  sliceMin(...args: readonly unknown[]): QueryObject {
    return this.#next(sliceExtreme(this.#state, 'sliceMin', args));
  }

  sliceMax(...args: readonly unknown[]): QueryObject {
    return this.#next(sliceExtreme(this.#state, 'sliceMax', args));
  }

  knnJoin(reference: unknown, options: unknown): QueryObject {
    return this.#next(knnJoin(this.#state, planOf(reference), options));
  }

  radiusJoin(reference: unknown, options: unknown): QueryObject {
    return this.#next(radiusJoin(this.#state, planOf(reference), options));
  }

  annoyJoin(index: unknown, options: unknown): QueryObject {
    return this.#next(annoyJoin(this.#state, index, options, planOf));
  }

  #collect(plan: PlanNode, options: RunOptions): Promise<Table> {
    return this.#state.engine.executor.collect(plan, options);
  }

  async collect(options?: RunOptions): Promise<Table> {
    return this.#collect(this.plan, runOptionsOf(options, 'collect'));
  }

  batches(options?: RunOptions): AsyncGenerator<Table, void, undefined> {
    return this.#state.engine.executor.batches(this.plan, runOptionsOf(options, 'batches'));
  }

  [Symbol.asyncIterator](): AsyncGenerator<Table, void, undefined> {
    return this.batches();
  }

  async rows(options?: RunOptions): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    for await (const batch of this.batches(runOptionsOf(options, 'rows')))
      await appendInSteps(batch, batch.numRows, rows);
    return rows;
  }

  async pull(name: string, options?: RunOptions): Promise<unknown[]> {
    const known = columnName(name, this.schema, 'pull');
    const only = project(this.plan, [{ name: known, expr: column(known) }]);
    const table = await this.#collect(only, runOptionsOf(options, 'pull'));
    const values: unknown[] = [];
    await appendInSteps(table.column(known), table.numRows, values);
    return values;
  }

  async first(options?: RunOptions): Promise<Record<string, unknown> | undefined> {
    const table = await this.#collect(limit(this.plan, 1), runOptionsOf(options, 'first'));
    return table.at(0);
  }

  async numRows(options?: RunOptions): Promise<number> {
    const counted = aggregate(this.plan, [], [{ name: 'n', expr: aggregateExpr('n', []) }]);
    const table = await this.#collect(counted, { ...runOptionsOf(options, 'numRows'), int64: 'number' });
    return Number(table.at(0)?.['n']);
  }

  [foldTarget](): FoldTarget {
    const { executor, stores } = this.#state.engine;
    return { plan: this.plan, executor, checkpoints: stores.checkpoints };
  }

  async collectChunked(fold: unknown, options?: unknown): Promise<unknown> {
    return foldRows(this, fold, options);
  }

  chunkFeeder(options?: unknown): ChunkFeeder {
    return feedRows(this, options);
  }

  async toArrow(options?: RunOptions): Promise<ArrowTable> {
    return (await this.#collect(this.plan, runOptionsOf(options, 'toArrow'))).toArrow();
  }

  async writeVtr(path: string, options?: WriteVtrOptions): Promise<WrittenRows> {
    const { executor, stores } = this.#state.engine;
    if (typeof path !== 'string') throw new EngineError('argument', 'writeVtr takes the path of a file');
    const known = writeOptionsOf(options);
    return executor.write(this.plan, stores.vtrSink(path, { ...known }), known);
  }

  async offload(options?: OffloadOptions | GivenShardOptions): Promise<unknown> {
    const makeQuery = (state: QueryState): QueryObject => new QueryObject(state);
    return asksForShards(options)
      ? offloadBy(this.#state, options, makeQuery)
      : offload(this.#state, options, makeQuery);
  }

  async explain(options?: unknown): Promise<string> {
    return explainRows(this[foldTarget](), options);
  }

  async glimpse(options?: RunOptions): Promise<string> {
    const table = await this.#collect(limit(this.plan, glimpseRows), runOptionsOf(options, 'glimpse'));
    return printGlimpse(table);
  }

  toString(): string {
    const { groups } = this.#state;
    const grouped = groups.length === 0 ? '' : `grouped by ${groups.join(', ')}\n`;
    return `${grouped}${printPlan(this.plan)}\ncost: ${printQueryGrade(gradeQuery(this.plan))}`;
  }

  [inspect.custom](): string {
    return `Query ${this.schema.toString()}\n${this.toString()}`;
  }
}

/** The plan of a query, for the rooms that print, write or combine plans. */
export function planOf(query: unknown): PlanNode {
  if (query instanceof QueryObject) return query.plan;
  throw new EngineError('argument', 'this takes a query, such as tbl() gives');
}
