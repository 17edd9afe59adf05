/** Files that change under a query, two writers of one file, and places that cannot be written. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { n, tbl } from '../../src/index.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const rowsOf = (count: number): { a: number; text: string }[] =>
  Array.from({ length: count }, (_, i) => ({ a: i, text: `text ${String(i % 90)}` }));

test('a file that was replaced, appended to or removed is told of', async () => {
  const path = join(folder, 'changing.vtr');
  await tbl(rowsOf(1000)).writeVtr(path);
  const seen = tbl(path);
  expect(await seen.numRows()).toBe(1000);
  await tbl(rowsOf(10)).writeVtr(path, { append: true });
  await expect(seen.numRows()).rejects.toMatchObject({ code: 'changed', detail: { path } });
  const again = tbl(path);
  await tbl(rowsOf(1010)).writeVtr(path);
  await expect(again.collect()).rejects.toMatchObject({ code: 'changed', detail: { path } });
  const last = tbl(path);
  renameSync(path, join(folder, 'elsewhere.vtr'));
  await expect(last.collect()).rejects.toMatchObject({ code: 'io', detail: { path } });
  expect(await tbl(join(folder, 'elsewhere.vtr')).numRows()).toBe(1010);
});

test('a query that runs goes on with the version it began with', async () => {
  const path = join(folder, 'running.vtr');
  await tbl(rowsOf(150_000)).writeVtr(path);
  let rows = 0;
  for await (const batch of tbl(path).batches({ batchRows: 10_000, threads: 1 })) {
    if (rows === 0) await tbl(rowsOf(5)).writeVtr(path);
    rows += batch.numRows;
  }
  expect(rows).toBe(150_000);
  expect(await tbl(path).numRows()).toBe(5);
});

test('a file cut short under a query is an error, not a crash', async () => {
  const path = join(folder, 'cut.vtr');
  await tbl({ a: Float64Array.from({ length: 1_000_000 }, (_, i) => Math.sqrt(i)) }).writeVtr(path);
  const reading = async (): Promise<void> => {
    let first = true;
    for await (const batch of tbl(path).batches({ batchRows: 1000, threads: 1 })) {
      if (first && batch.numRows > 0) truncateSync(path, 100_000);
      first = false;
    }
  };
  await expect(reading()).rejects.toMatchObject({ code: 'format', detail: { path } });
});

test('a Parquet file that changed is told of', async () => {
  const path = join(folder, 'changing.parquet');
  const flights = readFileSync(
    new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
  );
  writeFileSync(path, flights);
  const seen = tbl<{ delay: number }>(path);
  utimesSync(path, new Date(), new Date(0));
  await expect(seen.numRows()).rejects.toMatchObject({ code: 'changed', detail: { path } });
});

test('the second writer of a file is refused; the first is not disturbed', async () => {
  const path = join(folder, 'wanted.vtr');
  const many = tbl({ a: Float64Array.from({ length: 400_000 }, (_, i) => i) });
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => many.writeVtr(path)));
  const written = outcomes.filter(({ status }) => status === 'fulfilled');
  expect(written.length).toBeGreaterThanOrEqual(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({
        name: 'EngineError',
        code: 'locked',
        detail: { path, pid: process.pid },
      });
  }
  expect(written.length).toBeLessThan(6);
  expect(await tbl(path).numRows()).toBe(400_000);
  expect(namesIn(folder).filter((name) => name.includes('wanted'))).toEqual(['wanted.vtr']);
});

test('locks of the dead are taken over, those of the living and of other machines are not', async () => {
  const path = join(folder, 'locks.vtr');
  const lock = `${path}.lock`;
  const write = (): Promise<unknown> => tbl(rowsOf(3)).writeVtr(path);
  const dead = { pid: 999_999_999, start: '1', host: hostname() };
  writeFileSync(lock, JSON.stringify(dead));
  await write();
  for (const owner of [
    { ...dead, host: 'elsewhere' },
    { ...dead, pid: process.pid, start: '' },
    'nonsense',
  ]) {
    writeFileSync(lock, JSON.stringify(owner));
    await expect(write()).rejects.toMatchObject({ code: 'locked', detail: { path, lock } });
    expect(existsSync(lock)).toBe(true);
  }
  // Empty: its writer is about to fill it, unless that was long ago.
  writeFileSync(lock, '');
  await expect(write()).rejects.toMatchObject({ code: 'locked' });
  utimesSync(lock, new Date(), new Date(Date.now() - 60_000));
  await write();
  expect(existsSync(lock)).toBe(false);
});

test('what cannot be written is named, and is as it was', async () => {
  const rows = tbl(rowsOf(10));
  const write = (path: string): Promise<unknown> => rows.writeVtr(path);
  const missing = join(folder, 'no', 'file.vtr');
  await expect(write(missing)).rejects.toMatchObject({
    code: 'io',
    message: `cannot write ${missing}: its folder does not exist`,
    detail: { path: missing },
  });
  const taken = join(folder, 'folder.vtr');
  mkdirSync(taken);
  await expect(write(taken)).rejects.toMatchObject({ code: 'io', detail: { path: taken } });
  expect(namesIn(taken)).toEqual([]);
  const inFile = join(folder, 'locks.vtr', 'file.vtr');
  await expect(write(inFile)).rejects.toMatchObject({ code: 'io', detail: { path: inFile } });
  await expect(write(join(folder, `${'n'.repeat(300)}.vtr`))).rejects.toMatchObject({ code: 'io' });
  await expect(rows.writeVtr(join(folder, 'new.vtr'), { append: true })).rejects.toMatchObject({
    code: 'io',
  });
  const foreign = join(folder, 'foreign.vtr');
  writeFileSync(foreign, 'my notes');
  await expect(rows.writeVtr(foreign, { append: true })).rejects.toMatchObject({ code: 'format' });
  expect(readFileSync(foreign, 'utf8')).toBe('my notes');
  expect(namesIn(folder).filter((name) => /tmp$|lock$|^(no|new)/.test(name))).toEqual([]);
});

test('a folder that may not be written to', async () => {
  const place = join(folder, 'closed');
  mkdirSync(place);
  await tbl(rowsOf(4)).writeVtr(join(place, 'kept.vtr'));
  chmodSync(place, 0o555);
  chmodSync(folder, 0o755);
  // The superuser may write anywhere.
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid?.(65_534);
  try {
    for (const name of ['kept.vtr', 'new.vtr'])
      await expect(tbl(rowsOf(9)).writeVtr(join(place, name))).rejects.toMatchObject({
        code: 'io',
        message: expect.stringContaining('permission was denied'),
        detail: { path: join(place, name) },
      });
    const spilling = tbl(rowsOf(60_000)).arrange('text').collect({ forceSpill: true, tempDir: place });
    await expect(spilling).rejects.toMatchObject({ code: 'io' });
  } finally {
    if (superuser) process.seteuid?.(0);
    chmodSync(place, 0o755);
  }
  expect(namesIn(place)).toEqual(['kept.vtr']);
  expect(await tbl(join(place, 'kept.vtr')).numRows()).toBe(4);
});

test('spilling stops at what is allowed', async () => {
  const tempDir = join(folder, 'spill');
  mkdirSync(tempDir);
  const many = tbl({ a: Float64Array.from({ length: 500_000 }, (_, i) => (i * 7_919) % 1_000_003) });
  const options = { forceSpill: true, tempDir, maxSpill: '1MB' };
  for (const work of [
    () => many.arrange('a').collect(options),
    () => many.groupBy('a').summarise({ n: n() }).collect(options),
    () => many.arrange('a').writeVtr(join(folder, 'limited.vtr'), options),
  ])
    await expect(work()).rejects.toMatchObject({
      name: 'EngineError',
      code: 'limit',
      detail: { maxSpill: 2 ** 20 },
    });
  await expect.poll(() => namesIn(tempDir), { timeout: 10_000 }).toEqual([]);
  expect(existsSync(join(folder, 'limited.vtr'))).toBe(false);
  expect((await many.arrange('a').collect({ ...options, maxSpill: '1GB' })).numRows).toBe(500_000);
  const noFolder = many.arrange('a').collect({ forceSpill: true, tempDir: join(folder, 'no') });
  await expect(noFolder).rejects.toMatchObject({ code: 'io' });
});
