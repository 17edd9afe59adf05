/** The event loop stays free while queries run, whatever they read, do and give. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Query } from '../../src/index.js';
import { desc, mean, n, tbl } from '../../src/index.js';
import { scratchFolder } from './scratch-folder.js';

interface Row {
  key: number;
  value: number;
  text: string;
}

const folder = scratchFolder();
const rows = 2_000_000;
const flights = new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url);
let columns: { key: Int32Array; value: Float64Array };
let objects: { a: number; b: string | null }[];
let input: Query<Row>;

beforeAll(async () => {
  const count = <T>(make: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => make(i));
  columns = {
    key: Int32Array.from(count((i) => (i * 7_919) % 1_000_003)),
    value: Float64Array.from(count((i) => i / 8)),
  };
  objects = Array.from({ length: 500_000 }, (_, i) => ({
    a: i,
    b: i % 9 === 0 ? null : `b${String(i % 70)}`,
  }));
  const path = join(folder, 'rows.vtr');
  await tbl({ ...columns, text: count((i) => `text ${String(i % 30_000)}`) }).writeVtr(path);
  input = tbl<Row>(path);
});

const spilling = { forceSpill: true, memory: '128MB' };
const works: readonly (readonly [string, () => Promise<unknown>])[] = [
  [
    'sorting into a file',
    async () => input.arrange('text', desc('key')).writeVtr(join(folder, 'a.vtr'), spilling),
  ],
  ['sorting into memory', async () => input.arrange('key').collect()],
  [
    'grouping',
    async () =>
      input
        .groupBy('key')
        .summarise({ n: n(), m: mean('value') })
        .collect(),
  ],
  ['rows', async () => input.head(400_000).rows()],
  ['one column', async () => input.pull('text')],
  [
    'a stream',
    async () => {
      for await (const batch of input.batches()) expect(batch.numRows).toBeGreaterThan(0);
    },
  ],
  ['columns of JavaScript', async () => tbl(columns).arrange('key').collect()],
  ['objects of JavaScript', async () => objectsQuery().groupBy('b').summarise({ n: n() }).collect()],
  ['Parquet', async () => tbl<{ delay: number }>(flights).groupBy('delay').summarise({ n: n() }).collect()],
];

let cached: Query<{ a: number; b: string | null }> | undefined;
/** Finding out the types of row objects is one step of its own, which is not what is measured. */
function objectsQuery(): Query<{ a: number; b: string | null }> {
  return (cached ??= tbl(objects));
}

/** The delay that 95 of 100 turns of the event loop stay below, in ms. */
async function delayDuring(work: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  await work();
  await sleep(20);
  delays.disable();
  return delays.percentile(95) / 1e6;
}

test.each(works)('%s', { timeout: 60_000 }, async (_, work) => {
  objectsQuery();
  const idle = await delayDuring(() => sleep(300));
  // Other processes delay the loop too: as much as they do when nothing runs here, and some more.
  expect(await delayDuring(work)).toBeLessThan(50 + 5 * idle);
});
