/** Looking up a column that a node names directly, with near names when there is none. */
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { Field } from '../../data/schema.js';
import type { PlanNode } from '../node.js';

/** @throws EngineError `plan` for an unknown column */
export function inputField(input: PlanNode, name: string): Field {
  const field = input.schema.field(name);
  if (field !== undefined) return field;
  const columns = input.schema.names;
  throw new EngineError('plan', `no column ${JSON.stringify(name)}${didYouMean(name, columns, 'columns')}`, {
    detail: { column: name, columns },
  });
}
