/** `summarise`, `count`, `tally` and `distinct`: one row per group. */
import { EngineError } from '../../base/engine-error.js';
import { aggregate as aggregateExpr, column } from '../../expr/build.js';
import { aggregate } from '../../plan/nodes/aggregate.js';
import { sort } from '../../plan/nodes/sort.js';
import { summarise as summarisePlan } from '../../plan/summarise.js';
import { entriesOf } from '../entries.js';
import { columnNames, groupsOf, optionsOf } from '../names.js';
import type { QueryState } from '../state.js';
import { ungrouped, withPlan } from '../state.js';

export function summarise(state: QueryState, entries: unknown, options: unknown): QueryState {
  const { by } = optionsOf(options, ['by'], 'summarise');
  const groups = groupsOf(state, by, 'summarise');
  const columns = entriesOf(entries, state.plan, 'summarise');
  for (const { name } of columns) {
    if (groups.includes(name))
      throw new EngineError('plan', `summarise names a column like the group key ${JSON.stringify(name)}`, {
        detail: { column: name },
      });
  }
  return ungrouped(state, summarisePlan(state.plan, groups, columns));
}

/** Rows per value of the columns: `count('a', 'b')`, or `count(['a', 'b'], options)`. */
export function count(state: QueryState, args: readonly unknown[]): QueryState {
  const [columns, options] = args;
  const withOptions = args.length === 2 && typeof options === 'object';
  const listed: readonly unknown[] = Array.isArray(columns) ? columns : [columns];
  const names = columnNames(
    withOptions || Array.isArray(columns) ? listed : args,
    state.plan.schema,
    'count',
  );
  const groups = [...new Set([...state.groups, ...names])];
  return counted(state, groups, withOptions ? options : undefined, 'count');
}

/** Rows per group. */
export function tally(state: QueryState, options: unknown): QueryState {
  return counted(state, state.groups, options, 'tally');
}

function counted(state: QueryState, groups: readonly string[], options: unknown, verb: string): QueryState {
  const { name = 'n', sort: sorted = false } = optionsOf(options, ['name', 'sort'], verb);
  if (typeof name !== 'string') throw new EngineError('argument', `name of ${verb} must be text`);
  if (typeof sorted !== 'boolean') throw new EngineError('argument', `sort of ${verb} must be true or false`);
  if (groups.includes(name))
    throw new EngineError(
      'plan',
      `${verb} would name its column ${JSON.stringify(name)} like a key; give another: ${verb}(…, { name: 'rows' })`,
      { detail: { column: name } },
    );
  const plan = aggregate(state.plan, groups, [{ name, expr: aggregateExpr('n', []) }]);
  return ungrouped(state, sorted ? sort(plan, [{ expr: column(name), descending: true }]) : plan);
}

/** Different rows, of all columns or of those named and the group keys. */
export function distinct(state: QueryState, columns: readonly unknown[]): QueryState {
  const { schema } = state.plan;
  const named = columns.length === 0 ? schema.names : columnNames(columns, schema, 'distinct');
  const missing = state.groups.filter((key) => !named.includes(key));
  return withPlan(state, aggregate(state.plan, [...missing, ...named], []));
}
