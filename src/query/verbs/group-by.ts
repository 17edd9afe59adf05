/** `groupBy` and `ungroup`: which rows belong together in the verbs that follow. */
import { EngineError } from '../../base/engine-error.js';
import { columnNames } from '../names.js';
import type { QueryState } from '../state.js';

/** The keys replace those of an earlier `groupBy`. */
export function groupBy(state: QueryState, keys: readonly unknown[]): QueryState {
  if (keys.length === 0)
    throw new EngineError('argument', 'groupBy takes at least one column; ungroup() ends a grouping');
  return { ...state, groups: columnNames(keys, state.plan.schema, 'groupBy') };
}
