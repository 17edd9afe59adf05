/** ModelInput: the rows a model is fitted to, from a query, shards or a feeder, as a plan and what runs it. */
import type { Executor } from '../../exec/executor.js';
import { createExecutor } from '../../exec/executor.js';
import type { PlanNode } from '../../plan/node.js';
import { scan } from '../../plan/nodes/scan.js';
import { feederSource } from '../feeder-source.js';
import { isFoldable, foldTarget } from '../fold-target.js';

export interface ModelInput {
  readonly plan: PlanNode;
  readonly executor: Executor;
  /** Runs passes over the plan; an error of the user's feeder comes out as it was thrown, as the cause of ours. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Gives back what was begun and not read. */
  close(): Promise<void>;
}

/**
 * @param source a Query, Shards, or any feeder
 * @param columns those that the model reads
 * @throws EngineError as `feederSource`
 */
export async function modelInput(source: unknown, columns: readonly string[]): Promise<ModelInput> {
  if (isFoldable(source)) {
    const { plan, executor } = source[foldTarget]();
    return { plan, executor, run: (work) => work(), close: () => Promise.resolve() };
  }
  const feeder = await feederSource(source, columns);
  return {
    plan: scan(feeder),
    executor: createExecutor(),
    run: (work) => feeder.run(work),
    close: () => feeder.close(),
  };
}
