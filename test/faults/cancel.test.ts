/** Aborting at any moment, in every kind of work: one `cancelled` error, soon, no file left, the engine as good as new. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { EngineError, Query } from '../../src/index.js';
import { desc, mean, n, sum, tbl } from '../../src/index.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

interface Row {
  key: number;
  group: number;
  value: number;
  text: string;
}

const folder = scratchFolder();
const spill = join(folder, 'spill');
const out = join(folder, 'out');
const path = join(folder, 'rows.vtr');
const rows = 600_000;
let input: Query<Row>;

beforeAll(async () => {
  mkdirSync(spill);
  mkdirSync(out);
  const count = (make: (i: number) => number): Float64Array =>
    Float64Array.from({ length: rows }, (_, i) => make(i));
  await tbl({
    key: count((i) => (i * 7_919) % 1_000_003),
    group: count((i) => (i * 31) % 200_003),
    value: count((i) => i / 8),
    text: Array.from({ length: rows }, (_, i) => `text ${String(i % 5000)}`),
  }).writeVtr(path);
  input = tbl<Row>(path);
});

type Work = (options: {
  signal: AbortSignal;
  memory: string;
  threads: number;
  tempDir: string;
}) => Promise<unknown>;

const works: readonly (readonly [string, Work])[] = [
  [
    'scan',
    async (o) =>
      input
        .filter((r) => r.text.like('%9%').and(r.value.sqrt().gt(3)))
        .summarise({ n: n() })
        .collect(o),
  ],
  ['collect', async (o) => input.collect(o)],
  ['sort', async (o) => input.arrange(desc('key'), 'text').collect({ ...o, forceSpill: true })],
  ['sort and pull', async (o) => input.arrange('text', 'value').collect({ ...o, forceSpill: true })],
  [
    'group',
    async (o) =>
      input
        .groupBy('group')
        .summarise({ n: n(), total: sum('value'), mean: mean('key') })
        .collect({ ...o, forceSpill: true }),
  ],
  ['distinct', async (o) => input.distinct('key', 'text').collect(o)],
  ['write', async (o) => input.writeVtr(join(out, 'a.vtr'), o)],
  [
    'sort into a file',
    async (o) => input.arrange('key').writeVtr(join(out, 'a.vtr'), { ...o, forceSpill: true }),
  ],
  ['replace', async (o) => input.head(300_000).writeVtr(join(out, 'kept.vtr'), o)],
  ['rows', async (o) => input.rows(o)],
];

/** How the work ended, and how long after the abort. */
async function abortAfter(work: Work, ms: number): Promise<{ outcome: string; after: number }> {
  const control = new AbortController();
  let aborted = Number.POSITIVE_INFINITY;
  const running = work({ signal: control.signal, memory: '96MB', threads: 2, tempDir: spill }).then(
    () => 'done',
    (error: unknown) => (error as EngineError).code,
  );
  void sleep(ms).then(() => {
    aborted = performance.now();
    control.abort();
  });
  const outcome = await running;
  return { outcome, after: performance.now() - aborted };
}

test('a hundred aborts at random moments', { timeout: 240_000 }, async () => {
  // How long each work takes when nobody stops it: the aborts are spread over that.
  const lengths: number[] = [];
  for (const [, work] of works) {
    const start = performance.now();
    await work({ signal: new AbortController().signal, memory: '96MB', threads: 2, tempDir: spill });
    lengths.push(performance.now() - start);
  }
  await input.head(1000).writeVtr(join(out, 'kept.vtr'));
  const outcomes = new Map<string, number>();
  let slowest = 0;
  for (let i = 0; i < 100; i += 1) {
    const [name, work] = works[i % works.length]!;
    const share = Math.floor(i / works.length) / Math.ceil(100 / works.length);
    const { outcome, after } = await abortAfter(work, share * lengths[i % works.length]!);
    expect(['cancelled', 'done'], name).toContain(outcome);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (outcome === 'cancelled') slowest = Math.max(slowest, after);
    if (outcome === 'done') await input.head(1000).writeVtr(join(out, 'kept.vtr'));
    else expect(await tbl(join(out, 'kept.vtr')).numRows(), name).toBe(1000);
  }
  // Many more on a machine with time; on a busy one the work may outrun the abort.
  expect(outcomes.get('cancelled')).toBeGreaterThan(20);
  expect(slowest).toBeLessThan(1000);
  expect(namesIn(out).filter((name) => name !== 'a.vtr')).toEqual(['kept.vtr']);
  // Spill folders go when their query has cleaned up, which nobody waits for.
  await expect.poll(() => namesIn(spill), { timeout: 10_000 }).toEqual([]);
  expect(await input.summarise({ n: n(), most: sum('value') }).rows()).toEqual([
    { n: rows, most: (rows * (rows - 1)) / 16 },
  ]);
});

test('a signal that was aborted before does not let the work begin', async () => {
  const signal = AbortSignal.abort(new Error('why'));
  for (const [name, work] of works) {
    const error = await work({ signal, memory: '96MB', threads: 2, tempDir: spill }).then(
      () => undefined,
      (thrown: unknown) => thrown as EngineError,
    );
    expect(error, name).toMatchObject({ code: 'cancelled', cause: { message: 'why' } });
  }
  await expect(input.explain({ run: true, signal })).rejects.toMatchObject({ code: 'cancelled' });
  expect(namesIn(spill)).toEqual([]);
});

test('a time allowed is named as such', async () => {
  const signal = AbortSignal.timeout(1);
  await sleep(20);
  await expect(input.arrange('text').collect({ signal })).rejects.toThrow(/the time allowed is over/);
});

test('aborting a stream between two batches ends it', async () => {
  const control = new AbortController();
  let batches = 0;
  const reading = async (): Promise<void> => {
    for await (const batch of input.batches({ signal: control.signal, batchRows: 10_000 })) {
      expect(batch.numRows).toBeGreaterThan(0);
      batches += 1;
      if (batches === 3) control.abort();
    }
  };
  await expect(reading()).rejects.toMatchObject({ code: 'cancelled' });
  expect(batches).toBe(3);
});

test('rows that JavaScript makes are stopped as well', async () => {
  const control = new AbortController();
  const many = Array.from({ length: 300_000 }, (_, i) => ({ a: i, b: `b${String(i % 7)}` }));
  const writing = tbl(many).arrange(desc('a')).writeVtr(join(out, 'b.vtr'), { signal: control.signal });
  setTimeout(() => control.abort(), 5);
  await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
  writeFileSync(join(out, 'c.txt'), '');
  expect(namesIn(out).filter((name) => name.includes('b.vtr'))).toEqual([]);
  expect(await tbl(many).numRows()).toBe(300_000);
});
