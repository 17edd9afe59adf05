/** `filter` and `dropNull`: the rows that fulfil conditions. */
import { call, column } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import { filter as filterNode } from '../../plan/nodes/filter.js';
import { conditionOf, refuseAggregates } from '../entries.js';
import { columnNames } from '../names.js';
import type { QueryState } from '../state.js';
import { withPlan } from '../state.js';

export function filter(state: QueryState, conditions: readonly unknown[]): QueryState {
  const exprs = conditions.map((condition) => conditionOf(condition, state.plan, 'filter'));
  for (const expr of exprs) refuseAggregates(expr, 'filter');
  return keep(state, exprs);
}

/** Without nulls in the columns named, or in any. */
export function dropNull(state: QueryState, columns: readonly unknown[]): QueryState {
  const { schema } = state.plan;
  const names = columns.length === 0 ? schema.names : columnNames(columns, schema, 'dropNull');
  const nullable = names.filter((name) => schema.field(name)?.nullable);
  return keep(
    state,
    nullable.map((name) => call('isNotNull', [column(name)])),
  );
}

function keep(state: QueryState, conditions: readonly Expr[]): QueryState {
  const [first, ...rest] = conditions;
  if (first === undefined) return state;
  const all = rest.reduce<Expr>((left, right) => call('and', [left, right]), first);
  return withPlan(state, filterNode(state.plan, all));
}
