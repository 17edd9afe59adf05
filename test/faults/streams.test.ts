/** Streams that are left early, run beside each other and inside each other. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Query } from '../../src/index.js';
import { n, sum, tbl } from '../../src/index.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

interface Row {
  key: number;
  value: number;
}

const folder = scratchFolder();
const spill = join(folder, 'spill');
const rows = 400_000;
let input: Query<Row>;

beforeAll(async () => {
  mkdirSync(spill);
  const path = join(folder, 'rows.vtr');
  await tbl({
    key: Int32Array.from({ length: rows }, (_, i) => (i * 7_919) % 1_000_003),
    value: Float64Array.from({ length: rows }, (_, i) => i),
  }).writeVtr(path);
  input = tbl<Row>(path);
});

test('a loop that is left early ends the query, a hundred times over', async () => {
  for (let i = 0; i < 100; i += 1) {
    const options = { batchRows: 1000, forceSpill: true, tempDir: spill, memory: '32MB' };
    const query = i % 2 === 0 ? input : input.arrange('key');
    let seen = 0;
    for await (const batch of query.head(50_000).batches(options)) {
      seen += batch.numRows;
      if (seen > i * 200) break;
    }
    expect(seen).toBeGreaterThan(0);
  }
  await expect.poll(() => namesIn(spill), { timeout: 10_000 }).toEqual([]);
  expect(await input.numRows()).toBe(rows);
});

test('what a loop throws comes out as it is, and the query is over', async () => {
  const mine = new RangeError('mine');
  const options = { tempDir: spill, forceSpill: true, batchRows: 1000 };
  const reading = async (): Promise<void> => {
    for await (const batch of input.arrange('key').batches(options)) if (batch.numRows > 0) throw mine;
  };
  await expect(reading()).rejects.toBe(mine);
  await expect.poll(() => namesIn(spill), { timeout: 10_000 }).toEqual([]);
});

test('a generator can be ended by hand, before and after it began', async () => {
  const unread = input.batches();
  expect(await unread.return()).toEqual({ done: true, value: undefined });
  expect(await unread.next()).toEqual({ done: true, value: undefined });
  const begun = input.batches({ batchRows: 1000 });
  expect((await begun.next()).done).toBe(false);
  expect((await begun.return()).done).toBe(true);
  expect((await begun.next()).done).toBe(true);
  const failing = input.batches({ batchRows: 1000 });
  await failing.next();
  const mine = new Error('mine');
  await expect(failing.throw(mine)).rejects.toBe(mine);
});

test('two streams are read in turns', async () => {
  const [a, b] = [input.batches({ batchRows: 7000 }), input.arrange('value').batches({ batchRows: 3000 })];
  const sums = [0, 0];
  for (let open = 2; open > 0;) {
    open = 0;
    for (const [i, stream] of [a, b].entries()) {
      const { done, value } = await stream.next();
      if (done === true) continue;
      open += 1;
      for (const x of value.column('value').values) sums[i]! += Number(x);
    }
  }
  expect(sums).toEqual([(rows * (rows - 1)) / 2, (rows * (rows - 1)) / 2]);
});

test('a query inside another’s loop, on one thread', async () => {
  const one = { threads: 1, batchRows: 20_000 };
  let total = 0;
  for await (const batch of input.batches(one)) {
    const from = Number(batch.column('value').values[0]);
    const inner = input.filter((r) => r.value.between(from, from + batch.numRows - 1));
    const [row] = await inner.summarise({ n: n(), total: sum('value') }).rows(one);
    expect(row?.n).toBe(batch.numRows);
    total += row?.total ?? 0;
    // And one more level, in memory.
    for await (const small of inner.head(10).batches(one)) {
      expect(await tbl(small).numRows(one)).toBe(10);
      break;
    }
  }
  expect(total).toBe((rows * (rows - 1)) / 2);
});

test('many queries at once, some of them left', async () => {
  const counts = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => {
      if (i % 3 === 0) for await (const batch of input.batches({ batchRows: 500 })) return batch.numRows;
      return input.filter((r) => r.key.ge(0)).numRows({ threads: 1 + (i % 2) });
    }),
  );
  expect(counts).toEqual(counts.map((_, i) => (i % 3 === 0 ? 500 : rows)));
});

test('a source of JavaScript that throws fails the query with its error', async () => {
  const { schema } = input;
  const broken = {
    schema,
    label: 'broken',
    rows: undefined,
    bytes: undefined,
    open: () => Promise.reject(new Error('the cable was cut')),
  };
  await expect(tbl<Row>(broken).numRows()).rejects.toMatchObject({
    message: expect.stringContaining('the cable was cut'),
  });
  expect(await input.numRows()).toBe(rows);
});
