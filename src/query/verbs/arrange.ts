/** `arrange`, `head` and the slices: rows in an order, and the first of them. */
import { EngineError } from '../../base/engine-error.js';
import { checkWhole } from '../../base/assert.js';
import type { OrderKey } from '../../plan/node.js';
import { limit } from '../../plan/nodes/limit.js';
import { sliceGroups } from '../../plan/nodes/slice-groups.js';
import { sort } from '../../plan/nodes/sort.js';
import { topN } from '../../plan/nodes/top-n.js';
import { refuseAggregates, sortKeyOf } from '../entries.js';
import { groupsOf, optionsOf } from '../names.js';
import type { QueryState } from '../state.js';
import { withPlan } from '../state.js';

/** Rows that `head` gives when not told how many. */
const DEFAULT_ROWS = 10;

function orderKey(state: QueryState, key: unknown, verb: string): OrderKey {
  const order = sortKeyOf(key, state.plan, verb);
  refuseAggregates(order.expr, verb);
  return order;
}

export function arrange(state: QueryState, keys: readonly unknown[]): QueryState {
  if (keys.length === 0) throw new EngineError('argument', 'arrange takes at least one key');
  return withPlan(
    state,
    sort(
      state.plan,
      keys.map((key) => orderKey(state, key, 'arrange')),
    ),
  );
}

export function head(state: QueryState, count: unknown = DEFAULT_ROWS): QueryState {
  return withPlan(state, limit(state.plan, checkWhole('the number of rows of head', count, 0)));
}

export function sliceHead(state: QueryState, count: unknown, options: unknown): QueryState {
  const { by } = optionsOf(options, ['by'], 'sliceHead');
  const groups = groupsOf(state, by, 'sliceHead');
  const rows = checkWhole('the number of rows of sliceHead', count, 0);
  return withPlan(
    state,
    groups.length === 0 ? limit(state.plan, rows) : sliceGroups(state.plan, groups, [], rows),
  );
}

/** The rows least or greatest in a key. */
export function sliceExtreme(
  state: QueryState,
  verb: 'sliceMin' | 'sliceMax',
  [key, count, options]: readonly unknown[],
): QueryState {
  const { by } = optionsOf(options, ['by'], verb);
  const groups = groupsOf(state, by, verb);
  const rows = checkWhole(`the number of rows of ${verb}`, count, 0);
  const { expr, descending } = orderKey(state, key, verb);
  if (descending)
    throw new EngineError('argument', `${verb} knows its direction; give the key without desc()`);
  const keys = [{ expr, descending: verb === 'sliceMax' }];
  return withPlan(
    state,
    groups.length === 0 ? topN(state.plan, keys, rows) : sliceGroups(state.plan, groups, keys, rows),
  );
}
