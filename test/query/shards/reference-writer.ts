/** Shards routed in JavaScript, row by row: what the engine's writer must agree with. */
import { compareValues } from '../../../src/data/compare-values.js';
import type { PhysicalValue } from '../../../src/data/compare-values.js';
import { buildColumn } from '../../../src/data/build-column.js';
import type { ColumnData } from '../../../src/data/column.js';
import { Schema } from '../../../src/data/schema.js';
import { Table } from '../../../src/data/table.js';
import { int64, uint32, uint64 } from '../../../src/data/types.js';
import { createExecutor } from '../../../src/exec/executor.js';
import type { Executor } from '../../../src/exec/executor.js';
import { shardedSchema } from '../../../src/exec/write-shards.js';
import { column } from '../../../src/expr/build.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { physicalAt } from '../../../src/query/shards/column-values.js';
import { keyText } from '../../../src/query/shards/shard-key.js';
import { placeAmong } from '../../../src/storage/shards/shard-layout.js';
import { tableSource } from '../../../src/storage/memory/memory-source.js';

interface Found {
  readonly number: number;
  rows: number;
  readonly key: readonly PhysicalValue[];
}

/** An executor whose `writeShards` routes in JavaScript; hashing is by the text of the key. */
export function referenceWriting(): Executor {
  const executor = createExecutor();
  return {
    ...executor,
    async writeShards(plan, { by, method, bounds = [], buckets = 1 }, sink, options) {
      const table = await executor.collect(plan, options);
      const keys = by.map((name) => table.columns[table.schema.indexOf(name)]!);
      const found = new Map<number, Found>();
      const levels = new Map<string, number>();
      const numbers: number[] = [];
      for (let i = 0; i < table.numRows; i++) {
        const key = keys.map((values) => plainZero(physicalAt(values, i)));
        const number = numberOf(key);
        numbers.push(number);
        const known = found.get(number);
        if (known === undefined) found.set(number, { number, rows: 1, key });
        else known.rows += 1;
      }
      const schema = shardedSchema(table.schema);
      const name = schema.names.at(-1)!;
      const numbered = new Table(
        schema,
        [...table.columns, buildColumn(uint32, numbers, name, 0)],
        table.numRows,
      );
      const sorted = sort(scan(tableSource(numbered)), [{ expr: column(name), descending: false }]);
      const written = await executor.write(sorted, sink, options);
      return { ...written, shardColumn: name, directory: directoryOf([...found.values()], keys, by) };

      function numberOf(key: readonly PhysicalValue[]): number {
        if (method === 'level') {
          const text = keyText(key);
          const known = levels.get(text) ?? levels.size;
          levels.set(text, known);
          return known;
        }
        if (method === 'bounds')
          return key[0] === null
            ? bounds.length + 1
            : placeAmong(bounds as readonly PhysicalValue[], key[0]!);
        if (key.every((value) => value === null)) return buckets;
        return Buffer.from(keyText(key)).reduce((hash, byte) => (hash * 31 + byte) % buckets, 7);
      }
    },
  };
}

function plainZero(value: PhysicalValue): PhysicalValue {
  return typeof value === 'number' && compareValues(value, 0) === 0 ? 0 : value;
}

function directoryOf(found: readonly Found[], keys: readonly ColumnData[], by: readonly string[]): Table {
  const given = [
    { name: 'shard', type: uint32, values: found.map((shard) => shard.number) },
    { name: 'rows', type: int64, values: found.map((shard) => shard.rows) },
    { name: 'checksum', type: uint64, values: found.map(() => 0n) },
    ...keys.map((key, k) => ({
      name: `key ${by[k]!}`,
      type: key.type,
      values: found.map((shard) => {
        const value = shard.key[k] ?? null;
        return key.type.kind === 'date' && value !== null ? new Date(Number(value) * 86_400_000) : value;
      }),
    })),
  ];
  return new Table(
    new Schema(given.map(({ name, type }) => ({ name, type, nullable: true }))),
    given.map(({ name, type, values }) => buildColumn(type, values, name, 0)),
    found.length,
  );
}
