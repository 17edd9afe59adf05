/** The engine's batches as tables: the same memory, seen as columns. */
import { EngineError } from '../base/engine-error.js';
import type { ValuePolicy } from '../data/policy.js';
import type { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
import { typeIds, typeName } from '../data/types.js';
import type { RawBatch } from '../native/addon.js';
import { columnFromRaw } from '../native/column-from-raw.js';

/**
 * A batch as a table of the schema; nothing is copied.
 *
 * @throws EngineError `internal` if the engine's columns are not those that were planned
 */
export function batchTable(batch: RawBatch, schema: Schema, policy: ValuePolicy): Table {
  const columns = schema.fields.map(({ name, type }, i) => {
    const raw = batch.columns[i];
    if (raw?.typeId === typeIds[type.kind]) return columnFromRaw(raw, type, batch.rows);
    throw new EngineError(
      'internal',
      `the engine gave type ${raw?.typeId ?? 'none'} for the column ${JSON.stringify(name)} of ${typeName(type)}; please report it`,
    );
  });
  return new Table(schema, columns, batch.rows, policy);
}
