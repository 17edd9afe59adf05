/** Tells a caller how far a query is, about ten times a second, and stops the query if the caller throws. */
import type { OnProgress } from '../base/progress.js';
import type { PlanNode } from '../plan/node.js';
import type { RunningNative } from './native-engine.js';

const INTERVAL_MS = 100;

export interface ProgressReports {
  /** Forgets about the query. `finished`: says first that it is complete. */
  stop(finished: boolean): void;
}

/**
 * @param nodes per pipeline, the steps of the plan in it; names the stage
 * @param fail called with what `onProgress` threw
 */
export function reportProgress(
  query: RunningNative,
  nodes: readonly (readonly PlanNode[])[],
  onProgress: OnProgress | undefined,
  fail: (error: unknown) => void,
): ProgressReports {
  if (onProgress === undefined) return { stop: () => undefined };
  const report = (finished: boolean): void => {
    const { rows, bytes, fraction } = query.progress();
    const stage = finished ? 'done' : stageOf(nodes, currentPipeline(query));
    onProgress({ rows, bytes, fraction: finished ? 1 : fraction, stage });
  };
  const timer = setInterval(() => {
    try {
      report(false);
    } catch (error) {
      clearInterval(timer);
      fail(error);
    }
  }, INTERVAL_MS);
  // The work keeps the process alive, not the talk about it.
  timer.unref();
  return {
    stop(finished) {
      clearInterval(timer);
      if (finished) report(true);
    },
  };
}

/** The last pipeline that has begun. */
function currentPipeline(query: RunningNative): number {
  const { perPipeline } = query.stats();
  let current = 0;
  perPipeline.forEach((pipeline, i) => {
    if (pipeline.nanos > 0 || pipeline.rowsIn > 0) current = i;
  });
  return current;
}

/** `scan flights.vtr`, `filter`, …: what the pipeline starts with. */
function stageOf(nodes: readonly (readonly PlanNode[])[], pipeline: number): string {
  const first = nodes[pipeline]?.[0];
  if (first === undefined) return 'run';
  return first.kind === 'scan' ? `scan ${first.source.label}` : `read ${first.kind}`;
}
