/** Laws of shards over random rows: their union is the input, each keeps its order and its key, pruning changes no answer. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues } from '../../src/data/compare-values.js';
import type { PhysicalValue } from '../../src/data/compare-values.js';
import { Schema } from '../../src/data/schema.js';
import type { Table } from '../../src/data/table.js';
import { int32 } from '../../src/data/types.js';
import type { RunOptions } from '../../src/exec/run-options.js';
import { tbl } from '../../src/query/default-engine.js';
import type { Query } from '../../src/query/query.js';
import { openShardFolder } from '../../src/storage/shards/open-shard-folder.js';
import { placeAmong } from '../../src/storage/shards/shard-layout.js';
import type { ShardLayout, ShardMethod } from '../../src/storage/shards/shard-layout.js';
import { physicalAt } from '../../src/query/shards/column-values.js';
import { scratchFolder } from '../faults/scratch-folder.js';
import type { Relation } from '../logic/relation.js';
import { recordOf, relation, schemaOf } from '../logic/relation.js';
import type { AnyRow, AnyShards } from '../query/shards/shards-of.js';
import { shardsOf } from '../query/shards/shards-of.js';

const folder = scratchFolder();
let made = 0;

const exact = { int64: 'bigint', dates: 'bigint' } as const;
const settings: readonly RunOptions[] = [
  {},
  { threads: 1 },
  { threads: 2, morselPages: 1 },
  { threads: 1, memory: '6MB' },
  { forceSpill: true, batchRows: 50 },
];

/** The rows with their number in front. */
function numbered(input: Relation): Query<AnyRow> {
  const record = recordOf(input);
  const ids = Array.from({ length: input.rows * input.copies }, (_, i) => i);
  const schema = new Schema([{ name: 'id', type: int32, nullable: false }, ...schemaOf(input).fields]);
  return tbl({ id: ids, ...record }, { schema }) as unknown as Query<AnyRow>;
}

/** A row as text, −0 and NaN included. */
function rowText(table: Table, i: number): string {
  return table.columns
    .map((column) => physicalAt(column, i))
    .map((value) => (Object.is(value, -0) ? '-0' : `${typeof value} ${String(value)}`))
    .join('|');
}

function texts(table: Table): string[] {
  return Array.from({ length: table.numRows }, (_, i) => rowText(table, i));
}

function keysOf(table: Table, by: readonly string[], i: number): PhysicalValue[] {
  return by.map((name) => physicalAt(table.columns[table.schema.indexOf(name)]!, i));
}

/** The shard that a key belongs to, found without the engine; undefined where only the engine's hash tells. */
function expectedNumber(layout: ShardLayout, key: readonly PhysicalValue[]): number | undefined {
  const { method, bounds, shards, buckets } = layout;
  if (method === 'level')
    return shards.find((shard) => key.every((value, k) => compareValues(value, shard.key[k] ?? null) === 0))
      ?.number;
  if (method !== 'hash') return key[0] === null ? bounds.length + 1 : placeAmong(bounds, key[0]!);
  return key.every((value) => value === null) ? buckets : undefined;
}

interface Case {
  readonly input: Relation;
  readonly by: readonly string[];
  readonly method: ShardMethod | 'auto';
  readonly n: number;
  readonly setting: RunOptions;
}

const cases: fc.Arbitrary<Case> = relation.chain((input) =>
  fc
    .tuple(
      fc.shuffledSubarray(
        input.columns.map((column) => column.name),
        { minLength: 1, maxLength: Math.min(3, input.columns.length) },
      ),
      fc.constantFrom('level', 'range', 'quantile', 'hash', 'auto'),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(...settings),
    )
    .map(([names, wanted, n, setting]): Case => {
      const type = input.columns.find((column) => column.name === names[0])!.type;
      const method = wanted === 'range' && (type === 'utf8' || type === 'bool') ? 'quantile' : wanted;
      const by = method === 'range' || method === 'quantile' ? names.slice(0, 1) : names;
      return { input, by, method, n, setting };
    }),
);

async function offloaded({ input, by, method, n, setting }: Case): Promise<[Query<AnyRow>, AnyShards]> {
  const query = numbered(input);
  const options = { by, method, ...(method === 'level' ? {} : { n }), ...setting };
  return [query, await shardsOf(query as never, join(folder, `shards-${made++}`), options as never)];
}

describe('shards', () => {
  it('are the input, apart by key and in order', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const [query, shards] = await offloaded(given);
        const input = await query.collect(exact);
        const union = await shards.query().collect(exact);
        expect(union.schema.toString()).toBe(input.schema.toString());
        expect(texts(union as Table).sort()).toEqual(texts(input as Table).sort());

        const { manifest } = openShardFolder(shards.path);
        const members = new Map<number, string[]>(manifest.shards.map(({ number }) => [number, []]));
        const owner = new Map<string, number>();
        const tables = await Promise.all([...shards].map((shard) => shard.query.collect(exact)));
        tables.forEach((table, s) => {
          const { number } = manifest.shards[s]!;
          for (let i = 0; i < table.numRows; i++) owner.set(String(physicalAt(table.columns[0]!, i)), number);
          expect(table.numRows).toBe(manifest.shards[s]!.rows);
          expect(table.numRows).toBeGreaterThan(0);
        });
        for (let i = 0; i < input.numRows; i++) {
          const key = keysOf(input, given.by, i);
          const found = owner.get(String(physicalAt(input.columns[0]!, i)));
          expect(found).toBe(expectedNumber(manifest, key) ?? found);
          members.get(found!)!.push(rowText(input, i));
        }
        tables.forEach((table, s) => {
          expect(texts(table as Table)).toEqual(members.get(manifest.shards[s]!.number));
        });

        const mapped = await shards.groupMap((table) => texts(table as unknown as Table), exact);
        mapped.forEach(({ value }, s) => {
          expect(value).toEqual(members.get(manifest.shards[s]!.number));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('are skipped only where no row is wanted', { timeout: 240_000 }, async () => {
    const compare = fc.constantFrom(
      'eq',
      'ne',
      'lt',
      'le',
      'gt',
      'ge',
      'in',
      'between',
      'isNull',
      'isNotNull',
    );
    const conditions = fc.array(
      fc.tuple(fc.nat(), compare, fc.array(fc.nat(), { minLength: 3, maxLength: 3 })),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(cases, conditions, async (given, wanted) => {
        const [query, shards] = await offloaded(given);
        const narrowed = (from: Query<AnyRow>): Query<AnyRow> =>
          wanted.reduce((rest, [at, how, picks]) => {
            const name = given.by[at % given.by.length]!;
            const column = given.input.columns.find((candidate) => candidate.name === name)!;
            const value = (pick: number): never => {
              const cell = column.cells[pick % Math.max(1, column.cells.length)] ?? null;
              return (
                cell !== null && column.type === 'date' ? new Date(Number(cell) * 86_400_000) : cell
              ) as never;
            };
            const [a, b, c] = picks.map(value);
            // Ticks cannot be written as values of a condition.
            const odd = [a, b, c].some((v) => v === null) || column.type === 'timestamp';
            return rest.filter((r) => {
              const key = r.$(name);
              if (how === 'isNull' || how === 'isNotNull' || odd)
                return how === 'isNull' ? key.isNull() : key.isNotNull();
              if (how === 'in') return key.in([a!, b!, c!]);
              return how === 'between' ? key.between(a!, b!) : key[how](a!);
            });
          }, from);
        const over = narrowed(shards.query());
        const answer = async (from: Query<AnyRow>, options: RunOptions = {}): Promise<string[]> =>
          texts(await from.collect({ ...exact, ...options })).sort();
        const expected = await answer(narrowed(query));
        expect(await answer(over)).toEqual(expected);
        expect(await answer(over, { rules: { off: ['prune-shards'] } })).toEqual(expected);
        expect(await answer(over, given.setting)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
