/** Looking up a column that a node names directly, with near names when there is none. */
import type { Field } from '../../data/schema.js';
import { unknownColumn } from '../../expr/unknown-column.js';
import type { PlanNode } from '../node.js';

/** @throws EngineError `plan` for an unknown column */
export function inputField(input: PlanNode, name: string): Field {
  const field = input.schema.field(name);
  if (field !== undefined) return field;
  throw unknownColumn(name, input.schema.names);
}
