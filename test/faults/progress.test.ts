/** `onProgress`: called while work is done, never backwards, never afterwards; what it throws ends the work. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Query } from '../../src/index.js';
import { desc, mean, tbl } from '../../src/index.js';
import { scratchFolder } from './scratch-folder.js';

interface Row {
  key: number;
  text: string;
}

interface Seen {
  readonly rows: number;
  readonly bytes: number;
  readonly fraction: number | undefined;
  readonly stage: string;
}

const folder = scratchFolder();
const rows = 1_500_000;
let input: Query<Row>;

beforeAll(async () => {
  const path = join(folder, 'rows.vtr');
  await tbl({
    key: Float64Array.from({ length: rows }, (_, i) => (i * 7_919) % 1_000_003),
    text: Array.from({ length: rows }, (_, i) => `text ${String(i % 70_000)}`),
  }).writeVtr(path);
  input = tbl<Row>(path);
});

type Report = (progress: Seen) => void;
const works: readonly (readonly [string, (onProgress: Report) => Promise<unknown>])[] = [
  [
    'sort',
    async (onProgress) =>
      input.arrange(desc('key'), 'text').collect({ onProgress, forceSpill: true, threads: 1 }),
  ],
  [
    'group',
    async (onProgress) =>
      input
        .groupBy('key')
        .summarise({ m: mean('key') })
        .collect({ onProgress, threads: 1 }),
  ],
  [
    'write',
    async (onProgress) => input.arrange('text').writeVtr(join(folder, 'a.vtr'), { onProgress, threads: 1 }),
  ],
  [
    'stream',
    async (onProgress) => {
      for await (const batch of input.batches({ onProgress, batchRows: 100_000 }))
        await sleep(batch.numRows / 10_000);
    },
  ],
];

test.each(works)('%s: it is told how far it is, to the end and no further', async (_, work) => {
  const seen: Seen[] = [];
  await work((progress) => seen.push(progress));
  const count = seen.length;
  expect(seen.at(-1)).toMatchObject({ rows, fraction: 1, stage: 'done' });
  for (const [i, { rows: now, bytes, fraction }] of seen.entries()) {
    const before = seen[i - 1];
    expect(now).toBeGreaterThanOrEqual(before?.rows ?? 0);
    expect(bytes).toBeGreaterThanOrEqual(before?.bytes ?? 0);
    expect(fraction ?? 0).toBeGreaterThanOrEqual(before?.fraction ?? 0);
    expect(fraction ?? 0).toBeLessThanOrEqual(1);
  }
  await sleep(250);
  expect(seen.length).toBe(count);
});

test('none comes after an error or an abort', async () => {
  const control = new AbortController();
  let count = 0;
  const onProgress = (): void => {
    count += 1;
    control.abort();
  };
  const work = async (): Promise<void> => {
    for (;;) await input.arrange('text').collect({ onProgress, signal: control.signal, threads: 1 });
  };
  await expect(work()).rejects.toMatchObject({ code: 'cancelled' });
  const before = count;
  await sleep(250);
  expect(count).toBe(before);
});

test('what it throws is what the query rejects with', async () => {
  const mine = new Error('enough');
  const onProgress = (): void => {
    throw mine;
  };
  await expect(input.arrange('text').collect({ onProgress })).rejects.toBe(mine);
  expect(await input.numRows()).toBe(rows);
});
