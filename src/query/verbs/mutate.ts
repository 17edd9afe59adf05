/** `mutate` and `transmute`: new columns computed from each row. */
import { EngineError } from '../../base/engine-error.js';
import { column } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import type { NamedExpr } from '../../plan/node.js';
import { project } from '../../plan/nodes/project.js';
import { entriesOf, refuseAggregates } from '../entries.js';
import type { QueryState } from '../state.js';
import { withPlan } from '../state.js';

function newColumns(state: QueryState, entries: unknown, verb: string): readonly NamedExpr[] {
  const columns = entriesOf(entries, state.plan, verb);
  for (const { name, expr } of columns) {
    refuseAggregates(expr, verb);
    if (state.groups.includes(name))
      throw new EngineError(
        'plan',
        `${verb} cannot change the group key ${JSON.stringify(name)}; ungroup() first`,
        {
          detail: { column: name },
        },
      );
  }
  return columns;
}

/** Groups would matter to windows only. */
function refuseMore(more: readonly unknown[], verb: string): void {
  if (more.every((option) => option === undefined)) return;
  throw new EngineError(
    'unsupported',
    `${verb} takes no options: { by } is for windows, which this release does not have`,
  );
}

/** All columns, those of the same name replaced in their place, new ones at the end. */
export function mutate(state: QueryState, entries: unknown, more: readonly unknown[]): QueryState {
  refuseMore(more, 'mutate');
  const columns = newColumns(state, entries, 'mutate');
  if (columns.length === 0) return state;
  const replaced = new Map<string, Expr>(columns.map(({ name, expr }) => [name, expr]));
  const { schema } = state.plan;
  const kept = schema.names.map((name) => ({ name, expr: replaced.get(name) ?? column(name) }));
  const added = columns.filter(({ name }) => !schema.has(name));
  return withPlan(state, project(state.plan, [...kept, ...added]));
}

/** The group keys and the new columns. */
export function transmute(state: QueryState, entries: unknown, more: readonly unknown[]): QueryState {
  refuseMore(more, 'transmute');
  const columns = newColumns(state, entries, 'transmute');
  const keys = state.groups.map((name) => ({ name, expr: column(name) }));
  return withPlan(state, project(state.plan, [...keys, ...columns]));
}
