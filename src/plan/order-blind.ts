/** Whether anybody can see the order of an aggregate's groups; where nobody can, the engine need not make one. */
import { columnsOf } from './expressions.js';
import type { AggregateNode, OrderKey, PlanNode } from './node.js';

/** True if some aggregate depends on the order of its rows. */
export function isOrderSensitive(node: AggregateNode): boolean {
  return node.aggregates.some(
    ({ expr }) => expr.kind === 'aggregate' && (expr.fn === 'first' || expr.fn === 'last'),
  );
}

/**
 * The aggregates of a plan whose groups may come in any order. Under another aggregate that is clear; under a sort only
 * if its keys tell all groups apart: rows that tie keep their order, so that order would be seen.
 */
export function orderBlindAggregates(plan: PlanNode): ReadonlySet<PlanNode> {
  const blind = new Set<PlanNode>();
  const visit = (node: PlanNode, unordered: boolean, keys: readonly OrderKey[] | undefined): void => {
    if (node.kind === 'aggregate' && (unordered || (keys !== undefined && tellsApart(node, keys))))
      blind.add(node);
    for (const input of node.inputs) {
      switch (node.kind) {
        case 'aggregate':
          visit(input, !isOrderSensitive(node), undefined);
          break;
        case 'sort':
        case 'top-n':
          visit(input, unordered && node.kind === 'sort', node.keys);
          break;
        case 'filter':
          visit(input, unordered, keys);
          break;
        case 'project':
          // Names mean something else below a projection, unless each key is passed through as it is.
          visit(input, unordered, keys?.every((key) => passesThrough(node, key)) === true ? keys : undefined);
          break;
        default:
          visit(input, false, undefined);
      }
    }
  };
  visit(plan, false, undefined);
  return blind;
}

function tellsApart(node: AggregateNode, keys: readonly OrderKey[]): boolean {
  const plain = new Set(keys.flatMap(({ expr }) => (expr.kind === 'column' ? [expr.name] : [])));
  return node.keys.every((key) => plain.has(key));
}

function passesThrough(node: PlanNode & { kind: 'project' }, key: OrderKey): boolean {
  for (const name of columnsOf(key.expr)) {
    const definition = node.columns.find((column) => column.name === name)?.expr;
    if (definition?.kind !== 'column' || definition.name !== name) return false;
  }
  return true;
}
