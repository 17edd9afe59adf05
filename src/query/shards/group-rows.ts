/** What callbacks gave for each shard as one table: columns put one after another, the key columns restored in front. */
import { compareValues } from '../../data/compare-values.js';
import type { PhysicalValue } from '../../data/compare-values.js';
import { EngineError } from '../../base/engine-error.js';
import { buildColumn, describe } from '../../data/build-column.js';
import { importRecord, importRows } from '../../data/import-rows.js';
import type { ColumnInput, RowImport } from '../../data/import-rows.js';
import { TypeInference } from '../../data/infer-type.js';
import type { ValuePolicy } from '../../data/policy.js';
import type { Field } from '../../data/schema.js';
import { Schema } from '../../data/schema.js';
import { Table } from '../../data/table.js';
import type { DataType } from '../../data/types.js';
import { sameType, typeName } from '../../data/types.js';
import { readValues } from '../../data/values.js';
import type { ShardEntry, ShardLayout } from '../../storage/shards/shard-layout.js';
import { keyValue, labelOf, physicalOf } from './shard-key.js';

/** Values of any type, exactly: what `buildColumn` takes back without loss. */
const exact: ValuePolicy = { int64: 'bigint', dates: 'date' };
const exactTicks: ValuePolicy = { int64: 'bigint', dates: 'bigint' };

/** One column of the result as it grows. */
interface Growing {
  readonly values: unknown[];
  /** The type that tables gave it; rows and records leave it open. */
  type: DataType | undefined;
  nullable: boolean;
}

/** Gathers the results of callbacks, shard by shard in the order of keys. */
export class GroupRows {
  readonly #layout: ShardLayout;
  /** Key columns that are restored: those of shards that have one key each. */
  readonly #keys: readonly Field[];
  readonly #keyValues: unknown[][];
  #columns: Map<string, Growing> | undefined;
  #rows = 0;

  constructor(layout: ShardLayout) {
    this.#layout = layout;
    this.#keys = layout.method === 'level' ? layout.by.map((name) => layout.schema.field(name)!) : [];
    this.#keyValues = this.#keys.map(() => []);
  }

  /** @throws EngineError `argument`, `data`: no table, rows or columns; other columns than before; a changed key */
  add(shard: ShardEntry, given: unknown): void {
    const { schema, batches, typed } = relationOf(given);
    this.#keys.forEach((field, k) => {
      const value = exactKey(shard.key[k] ?? null, field.type);
      for (const batch of batches) for (let i = 0; i < batch.numRows; i++) this.#keyValues[k]!.push(value);
    });
    // A result without rows may be rows, which have no columns then.
    if (schema.length === 0) return;
    const names = schema.names.filter((name) => !this.#keys.some((key) => key.name === name));
    for (const batch of batches) this.#checkKeys(shard, batch);
    const columns = (this.#columns ??= new Map(
      names.map((name) => [name, { values: [], type: undefined, nullable: false }]),
    ));
    const other =
      names.find((name) => !columns.has(name)) ?? [...columns.keys()].find((name) => !schema.has(name));
    if (other !== undefined)
      throw new EngineError(
        'data',
        `results must have the same columns; ${JSON.stringify(other)} is not in all of them`,
        { detail: { column: other } },
      );
    for (const [name, column] of columns) {
      const field = schema.field(name)!;
      if (typed) joinType(name, column, field);
      column.nullable ||= field.nullable;
      for (const batch of batches) appendValues(batch, name, column.values);
    }
    for (const batch of batches) this.#rows += batch.numRows;
  }

  /** A key column in the result repeats the key. */
  #checkKeys(shard: ShardEntry, batch: Table): void {
    this.#keys.forEach(({ name, type }, k) => {
      if (!batch.schema.has(name)) return;
      const found: unknown[] = [];
      appendValues(batch, name, found);
      const expected = shard.key[k] ?? null;
      const wrong = found.find((value) => !sameKey(value, expected, type));
      if (wrong === undefined) return;
      throw new EngineError(
        'data',
        `the result changes the key column ${JSON.stringify(name)} to ${describe(wrong)}; leave it out, it is restored`,
        { detail: { column: name, key: labelOf(this.#layout, shard) } },
      );
    });
  }

  /** All rows as one table. */
  finish(policy: ValuePolicy): Table {
    const fields: Field[] = [];
    const columns = [];
    for (const [k, field] of this.#keys.entries()) {
      const values = this.#keyValues[k]!;
      fields.push(field);
      columns.push(buildColumn(field.type, values, field.name, 0));
    }
    for (const [name, growing] of this.#columns ?? []) {
      const type = growing.type ?? inferred(name, growing.values);
      const column = buildColumn(type, growing.values, name, 0);
      fields.push({ name, type, nullable: growing.nullable || column.nullCount > 0 });
      columns.push(column);
    }
    return new Table(new Schema(fields), columns, this.#columns === undefined ? 0 : this.#rows, policy);
  }
}

function inferred(name: string, values: readonly unknown[]): DataType {
  const inference = new TypeInference(name);
  values.forEach((value, i) => {
    inference.see(value, i);
  });
  return inference.result().type;
}

function joinType(name: string, column: Growing, { type }: Field): void {
  column.type ??= type;
  if (sameType(column.type, type)) return;
  throw new EngineError(
    'data',
    `the column ${JSON.stringify(name)} is ${typeName(type)} here and ${typeName(column.type)} in results before; make them alike`,
    { detail: { column: name } },
  );
}

function appendValues(batch: Table, name: string, into: unknown[]): void {
  const column = batch.columns[batch.schema.indexOf(name)]!;
  const values: unknown[] = [];
  // Ticks finer than a Date go through as they are; days become Dates, which the column takes back exactly.
  readValues(column, name, column.type.kind === 'timestamp' ? exactTicks : exact, 0, column.length, values);
  for (let i = 0; i < column.length; i++) into.push(values[i]);
}

function exactKey(value: PhysicalValue, type: DataType): unknown {
  return type.kind === 'date' ? keyValue(value, type) : value;
}

function sameKey(value: unknown, expected: PhysicalValue, type: DataType): boolean {
  const physical = typeof value === 'bigint' && type.kind === 'timestamp' ? value : physicalOf(value, type);
  return physical !== undefined && compareValues(physical, expected) === 0;
}

interface Relation {
  readonly schema: Schema;
  readonly batches: readonly Table[];
  /** Its types are said, not guessed from values. */
  readonly typed: boolean;
}

function relationOf(given: unknown): Relation {
  if (given instanceof Table) return { schema: given.schema, batches: [given as Table], typed: true };
  if (Array.isArray(given)) return imported(importRows(given as readonly object[]));
  if (typeof given === 'object' && given !== null && Object.getPrototypeOf(given) === Object.prototype)
    return imported(importRecord(given as Readonly<Record<string, ColumnInput>>));
  throw new EngineError(
    'argument',
    `the callback of groupModify gives a table, rows or a record of columns, not ${given === null ? 'null' : typeof given}`,
  );
}

function imported(relation: RowImport): Relation {
  return { schema: relation.schema, batches: [...relation.batches()], typed: false };
}
