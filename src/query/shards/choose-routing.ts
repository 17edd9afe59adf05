/** How rows find their shard: the method, and what it has to know of the keys beforehand. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { PhysicalValue } from '../../data/compare-values.js';
import type { DataType } from '../../data/types.js';
import { isFloat, isNumeric, isTemporal, typeName } from '../../data/types.js';
import type { Executor } from '../../exec/executor.js';
import type { RunOptions } from '../../exec/run-options.js';
import { aggregate as aggregateExpr, call, column } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import { distinctSketch } from '../../folds/ready/distinct-sketch.js';
import { runReady } from '../../folds/ready/run-ready.js';
import type { PlanNode } from '../../plan/node.js';
import { aggregate } from '../../plan/nodes/aggregate.js';
import { gradeQuery } from '../../plan/query-grade.js';
import type { ShardMethod } from '../../storage/shards/shard-layout.js';
import { physicalAt } from './column-values.js';
import { quantileBounds } from './quantile-bounds.js';
import { rangeBounds } from './range-bounds.js';
import { memoryOf } from './shard-tables.js';

/** As it goes to the writer and into the manifest. */
export interface Routing {
  readonly method: ShardMethod;
  readonly bounds: readonly PhysicalValue[];
  readonly buckets: number;
}

/** Numbers, dates and timestamps of so many different values get a shard each under `auto`. */
const mostLevels = 1000;
/** Texts of more different values are hashed under `auto`. */
const mostTextLevels = 100_000;
/** Shards there may be. */
const mostParts = 65_536;
/** What a method makes by default: enough that this share of the memory holds one, within limits. */
const memoryShare = 4;
const [leastDefault, mostDefault] = [16, 4096];

/**
 * Decides how to route rows; may take a pass over the keys to do so.
 *
 * @param asked the option `method`
 * @param n the option `n`
 * @throws EngineError `argument` for options that do not fit each other, `type` for keys that a method cannot order
 */
export async function chooseRouting(
  plan: PlanNode,
  by: readonly string[],
  asked: ShardMethod | 'auto',
  n: number | undefined,
  executor: Executor,
  options: RunOptions,
): Promise<Routing> {
  const quiet = { ...options, onProgress: undefined };
  const method = asked === 'auto' ? await pickMethod(plan, by, executor, quiet) : asked;
  const type = plan.schema.field(by[0]!)!.type;
  if (n !== undefined) checkWhole('n', n, 1, mostParts);
  if (method === 'level') {
    if (asked === 'level' && n !== undefined)
      throw new EngineError('argument', `n is for range, quantile and hash; level makes a shard per key`, {
        detail: { option: 'n' },
      });
    return { method, bounds: [], buckets: 0 };
  }
  const parts = n ?? defaultParts(plan, options);
  if (method === 'hash') return { method, bounds: [], buckets: parts };
  if (by.length > 1)
    throw new EngineError(
      'argument',
      `method: '${method}' divides the values of one column, not of ${by.length}; use 'level' or 'hash', or one column`,
      { detail: { option: 'by' } },
    );
  const bounds =
    method === 'range'
      ? await widthBounds(plan, by[0]!, type, parts, executor, quiet)
      : await quantileBounds(plan, by[0]!, parts, executor, quiet);
  return { method, bounds, buckets: 0 };
}

async function pickMethod(
  plan: PlanNode,
  by: readonly string[],
  executor: Executor,
  options: RunOptions,
): Promise<ShardMethod> {
  const type = plan.schema.field(by[0]!)!.type;
  if (by.length > 1 || type.kind === 'bool') return 'level';
  // Exact up to a thousand values; of a hundred thousand it is one percent out, which does not matter.
  const { estimate: values } = await runReady(plan, executor, distinctSketch(by[0]!), options);
  if (type.kind === 'utf8') return values > mostTextLevels ? 'hash' : 'level';
  return values > mostLevels ? 'quantile' : 'level';
}

function defaultParts(plan: PlanNode, options: RunOptions): number {
  const { readBytes } = gradeQuery(plan);
  const wanted = Math.ceil(((readBytes ?? 0) * memoryShare) / memoryOf(options));
  return Math.min(mostDefault, Math.max(leastDefault, wanted));
}

async function widthBounds(
  plan: PlanNode,
  name: string,
  type: DataType,
  parts: number,
  executor: Executor,
  options: RunOptions,
): Promise<readonly PhysicalValue[]> {
  if (!isNumeric(type) && !isTemporal(type))
    throw new EngineError(
      'type',
      `method: 'range' needs numbers, dates or timestamps, and ${JSON.stringify(name)} is ${typeName(type)}; ` +
        `use 'level', 'quantile' or 'hash'`,
      { detail: { column: name } },
    );
  const value = column(name);
  const where: { where?: Expr } = isFloat(type) ? { where: call('isFinite', [value]) } : {};
  const extremes = aggregate(
    plan,
    [],
    [
      { name: 'least', expr: aggregateExpr('min', [value], where) },
      { name: 'greatest', expr: aggregateExpr('max', [value], where) },
    ],
  );
  const [least, greatest] = (await executor.collect(extremes, options)).columns;
  return rangeBounds(physicalAt(least!, 0), physicalAt(greatest!, 0), parts, type);
}
