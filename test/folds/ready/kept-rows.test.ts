/** The ready folds topK and reservoir: which rows, in what order, with what values; against DuckDB. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExecutor } from '../../../src/exec/executor.js';
import { col } from '../../../src/expr/builders.js';
import { folds } from '../../../src/folds/ready/index.js';
import { runReady } from '../../../src/folds/ready/run-ready.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { Schema } from '../../../src/data/schema.js';
import { int64, timestamp, utf8 } from '../../../src/data/types.js';
import { columnsSource, rowsSource } from '../../../src/storage/memory/memory-source.js';
import { Oracle, neutralRows } from '../../logic/oracle.js';
import { inMemory, rowCount, sql } from './sketch-rows.js';

const executor = createExecutor();
const rows = inMemory();
let oracle: Oracle;

beforeAll(async () => {
  oracle = await Oracle.open();
  await oracle.run([`create table t as ${sql}`]);
});
afterAll(() => oracle.close());

const asNumbers = (table: readonly (readonly unknown[])[]) =>
  table.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));

test.each([
  ['x', 'desc', 100],
  ['x', 'asc', 7],
  ['n', 'desc', 333],
  ['name', 'asc', 50],
  ['name', 'desc', 1],
  ['day', 'asc', 1000],
  ['flag', 'desc', 20],
] as const)('the rows first by %s, %s, are those that DuckDB gives', async (by, order, k) => {
  const columns = ['row', 'name', 'x', 'day', 'flag'].filter((name) => name !== by);
  const table = await runReady(rows, executor, folds.topK(by, k, { columns, order }));
  const expected = await oracle.rows(
    `select * from t where ${by} is not null order by ${by} ${order}, row limit ${String(k)}`,
    table.schema.fields.map(({ type }) => type),
    table.schema.names,
  );
  expect(table.schema.names).toEqual([by, ...columns]);
  expect(asNumbers(neutralRows(table))).toEqual(asNumbers(expected));
});

test('rows come out as objects of their types', async () => {
  const schema = new Schema([
    { name: 'then', type: timestamp('us'), nullable: true },
    { name: '__proto__', type: utf8, nullable: true },
    { name: 'big', type: int64, nullable: true },
  ]);
  const at = new Date('2024-01-02T03:04:05Z');
  // A name that an object literal would take for its prototype.
  const row = (when: Date, text: string | null, big: bigint): object =>
    Object.fromEntries<unknown>([
      ['then', when],
      ['__proto__', text],
      ['big', big],
    ]);
  const given = [row(at, 'größer', 2n ** 60n), row(new Date(0), null, 1n)];
  const plan = scan(rowsSource(given, schema));
  const table = await runReady(plan, executor, folds.topK('then', 5, { columns: ['__proto__', 'big'] }));
  expect(table.numRows).toBe(2);
  expect([...table.column('then')]).toEqual([at, new Date(0)]);
  expect([...table.column('__proto__')]).toEqual(['größer', null]);
  expect(table.column('big').values).toEqual(BigInt64Array.of(2n ** 60n, 1n));
});

test('expressions as order and payload, named by their text', async () => {
  const plan = scan(columnsSource({ a: [1, -5, 3], b: ['x', 'y', 'z'] }));
  const table = await runReady(
    plan,
    executor,
    folds.topK(col('a').abs(), 2, { columns: [col('b').upper(), 'a'] }),
  );
  expect(table.toArray().map((row) => Object.values(row))).toEqual([
    [5, 'Y', -5],
    [3, 'Z', 3],
  ]);
});

test('a sample has rows of the input, in its order, the same each time', async () => {
  const draw = (seed: number, size = 500) =>
    runReady(rows, executor, folds.reservoir(size, { columns: ['row', 'x', 'name'], seed }));
  const table = await draw(1);
  const numbers = [...table.column('row')].map(Number);
  expect(numbers).toHaveLength(500);
  expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(numbers);
  for (const { row, x, name } of table) {
    const i = Number(row);
    expect([x, name]).toEqual([
      i % 11 === 0 ? null : ((i * 7919) % 100_003) * 0.25,
      `name ${String((i * 17) % 40_000)}`,
    ]);
  }
  expect((await draw(1)).toArray()).toEqual(table.toArray());
  const other = [...(await draw(2)).column('row')].map(Number);
  expect(other.filter((row) => numbers.includes(row)).length).toBeLessThan(20);
  // Smaller samples of one seed are parts of larger ones.
  const smaller = [...(await draw(1, 100)).column('row')].map(Number);
  expect(smaller.every((row) => numbers.includes(row))).toBe(true);
  const mean = numbers.reduce((sum, row) => sum + row, 0) / 500;
  expect(Math.abs(mean / rowCount - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 500));
});

test('fewer rows than asked for are all there', async () => {
  const plan = scan(columnsSource({ a: [1, 2, null] }));
  expect((await runReady(plan, executor, folds.reservoir(10, { columns: ['a'] }))).toArray()).toEqual([
    { a: 1 },
    { a: 2 },
    { a: null },
  ]);
  expect((await runReady(plan, executor, folds.topK('a', 10, { order: 'asc' }))).toArray()).toEqual([
    { a: 1 },
    { a: 2 },
  ]);
  const none = folds.topK('a', 3, { columns: ['b'] });
  expect(none.finish(none.init()).toArray()).toEqual([]);
});

test('batches folded one by one, and apart, keep the same rows', async () => {
  const table = await executor.collect(rows);
  const top = folds.topK('x', 40, { columns: ['row'] });
  const apart = [0, 50_000, 100_000].map((at) => top.update(top.init(), table.slice(at, at + 50_000)));
  const [first, second, third] = apart;
  const together = top.finish(top.combine!(top.combine!(first!, second!), third!));
  expect([...together.column('x')]).toEqual([...(await runReady(rows, executor, top)).column('x')]);
  const sample = folds.reservoir(40, { columns: ['row'], seed: 3 });
  const one = sample.update(sample.update(sample.init(), table.slice(0, 77_777)), table.slice(77_777));
  expect(sample.finish(one).toArray()).toEqual((await runReady(rows, executor, sample)).toArray());
});

test('refuses what cannot be kept', () => {
  expect(() => folds.topK('a', 0)).toThrow(/k of folds.topK must be a whole number/);
  expect(() => folds.topK('a', 3, { order: 'up' as never })).toThrow(/'asc' or 'desc'/);
  expect(() => folds.topK('a', 3, { columns: ['b', 'b'] })).toThrow(/two results named "b"/);
  expect(() => folds.topK('a', 3, { columns: 'b' as never })).toThrow(/a list of columns/);
  expect(() => folds.reservoir(3, {} as never)).toThrow(/takes the columns to keep/);
  expect(() => folds.reservoir(-1, { columns: ['a'] })).toThrow(/size of folds.reservoir/);
  expect(() => folds.reservoir(3, { columns: ['a'], seed: 0.5 })).toThrow(/seed of folds.reservoir/);
  expect(folds.topK('a', 3, { columns: ['b'] }).label).toBe('topK(a, b; 3 desc)');
  expect(folds.reservoir(3, { columns: ['b'], seed: 4 }).label).toBe('reservoir(b; 3, seed 4)');
});
