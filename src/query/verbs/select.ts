/** `select`, `rename` and `relocate`: the same values under other names, fewer, or in another order. */
import { EngineError } from '../../base/engine-error.js';
import { column } from '../../expr/build.js';
import type { PlanNode } from '../../plan/node.js';
import { project } from '../../plan/nodes/project.js';
import { columnName, columnNames, optionsOf } from '../names.js';
import type { QueryState } from '../state.js';
import { withPlan } from '../state.js';

function keepColumns(plan: PlanNode, names: readonly string[]): PlanNode {
  return project(
    plan,
    names.map((name) => ({ name, expr: column(name) })),
  );
}

/** The columns named, group keys before them. */
export function select(state: QueryState, columns: readonly unknown[]): QueryState {
  const names = columnNames(columns, state.plan.schema, 'select');
  const missing = state.groups.filter((key) => !names.includes(key));
  return withPlan(state, keepColumns(state.plan, [...missing, ...names]));
}

/** Columns under new names, `{ new: 'old' }`, in their place. */
export function rename(state: QueryState, names: unknown): QueryState {
  const { schema } = state.plan;
  if (typeof names !== 'object' || names === null || Array.isArray(names))
    throw new EngineError('argument', `rename takes new names and old ones: rename({ miles: 'distance' })`);
  const newNames = new Map<string, string>();
  for (const [name, old] of Object.entries(names)) {
    const source = columnName(old, schema, 'rename');
    const before = newNames.get(source);
    if (before !== undefined)
      throw new EngineError(
        'plan',
        `rename gives ${JSON.stringify(source)} two names, ${before} and ${name}; use mutate for a copy`,
      );
    newNames.set(source, name);
  }
  const renamed = (name: string): string => newNames.get(name) ?? name;
  const plan = project(
    state.plan,
    schema.names.map((name) => ({ name: renamed(name), expr: column(name) })),
  );
  return { ...state, plan, groups: state.groups.map(renamed) };
}

/** The same columns with those named moved, before or after another one, or to the front. */
export function relocate(state: QueryState, args: readonly unknown[]): QueryState {
  const { schema } = state.plan;
  const last = args.at(-1);
  const hasOptions = typeof last === 'object' && last !== null;
  const options = optionsOf(hasOptions ? last : undefined, ['before', 'after'], 'relocate');
  const moved = columnNames(hasOptions ? args.slice(0, -1) : args, schema, 'relocate');
  const { before, after } = options;
  if (before !== undefined && after !== undefined)
    throw new EngineError('argument', 'relocate takes before or after, not both');
  const anchor = before ?? after;
  const name = anchor === undefined ? undefined : columnName(anchor, schema, 'relocate');
  // An anchor that moves itself stands for the place where it was.
  const rest = schema.names.filter((other) => !moved.includes(other));
  const stayed = schema.names.slice(0, name === undefined ? 0 : schema.indexOf(name));
  const place = stayed.filter((other) => !moved.includes(other)).length;
  const at = after !== undefined && name !== undefined && !moved.includes(name) ? place + 1 : place;
  return withPlan(state, keepColumns(state.plan, [...rest.slice(0, at), ...moved, ...rest.slice(at)]));
}
