/** Writing is all or nothing: new files, replacements and appends, when every operation fails in turn. */
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EngineError } from '../../../src/base/engine-error.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import type { FileOperation } from '../../../src/storage/disk-file.js';
import { injectFileFault } from '../../../src/storage/disk-file.js';
import { writeVtr } from '../../../src/storage/vtr/vtr-sink.js';
import { openVtr } from '../../../src/storage/vtr/vtr-source.js';
import { readStateOf } from '../../../src/storage/vtr/vtr-state.js';
import { verify } from '../../../src/storage/vtr/verify.js';
import { rowsSource } from '../../exec/table-source.js';
import { executor, readRows, scratchFolder, writeRows } from './vtr-files.js';

const folder = scratchFolder();
const rowsOf = (from: number, count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ n: from + i, text: `t${String((from + i) % 9)}` }));

afterEach(() => {
  injectFileFault(undefined);
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: unknown) => (error as EngineError).code,
  );
}

/** Makes the k-th file operation fail; answers which one that was. */
function failAt(k: number): () => FileOperation | undefined {
  let left = k;
  let hit: FileOperation | undefined;
  injectFileFault((operation) => {
    left -= 1;
    if (left !== 0) return;
    hit = operation;
    throw Object.assign(new Error('injected'), { code: operation === 'write' ? 'ENOSPC' : 'EIO' });
  });
  return () => hit;
}

/** Removes what stayed because removing it failed. */
function clear(place: string, keep: string): void {
  for (const name of readdirSync(place)) if (name !== keep) rmSync(join(place, name));
}

test('a new file replaces the old one and keeps its permissions', async () => {
  const path = join(folder, 'replace.vtr');
  await writeRows(path, rowsOf(0, 10));
  const mode = statSync(path).mode & 0o777;
  expect(mode & 0o600).toBe(0o600);
  await writeRows(path, rowsOf(100, 5));
  expect(statSync(path).mode & 0o777).toBe(mode);
  expect(await readRows(path)).toEqual(rowsOf(100, 5));
  expect(readdirSync(folder).filter((name) => name !== 'replace.vtr')).toEqual([]);
});

test('same rows and identity give the same bytes, whatever the threads', async () => {
  const id = new Uint8Array(16).fill(5);
  const rows = rowsOf(0, 60_000);
  const files = await Promise.all(
    [1, 2].map(async (threads) => {
      const path = join(folder, `same-${String(threads)}.vtr`);
      await writeRows(path, rows, { id, threads });
      return readFileSync(path);
    }),
  );
  expect(files[0]!.equals(files[1]!)).toBe(true);
});

test('whichever operation fails, the file is the old one or the new one, and nothing is left over', async () => {
  const place = scratchFolder();
  const path = join(place, 'all-or-nothing.vtr');
  const [old, next] = [rowsOf(0, 50), rowsOf(1000, 60)];
  await writeRows(path, old);
  const hits = new Set<string>();
  for (let k = 1; k < 200; k += 1) {
    const hit = failAt(k);
    const code = await codeOf(writeRows(path, next));
    const operation = hit();
    injectFileFault(undefined);
    if (operation === undefined) break;
    hits.add(operation);
    if (operation === 'remove') clear(place, 'all-or-nothing.vtr');
    const found = await readRows(path);
    // Sweeping and reading old permissions may fail without harm; syncing the folder fails when the name is there already.
    if (code === 'ok' || found.length === next.length) {
      expect(found).toEqual(next);
      await writeRows(path, old);
    } else {
      expect(['io', 'no-space']).toContain(code);
      expect(found).toEqual(old);
    }
    for (const name of readdirSync(place)) {
      if (name !== 'all-or-nothing.vtr' && operation !== 'remove') expect(name).toBe('nothing else');
    }
  }
  expect([...hits]).toEqual(expect.arrayContaining(['open', 'write', 'link', 'sync', 'rename', 'remove']));
});

test('appends add rows; readers of the old version are told', async () => {
  const path = join(folder, 'append.vtr');
  await writeRows(path, rowsOf(0, 1000));
  const before = openVtr(path);
  const { id } = readStateOf(path);
  const written = await writeRows(path, rowsOf(1000, 500), { append: true });
  expect(written.rows).toBe(500);
  expect(await readRows(path)).toEqual(rowsOf(0, 1500));
  expect(readStateOf(path).id).toEqual(id);
  expect(await codeOf(executor.collect(scan(before)))).toBe('changed');
  await writeRows(path, rowsOf(0, 3));
  expect(await codeOf(executor.collect(scan(before)))).toBe('changed');
});

test('many appends are described by few segments', async () => {
  const path = join(folder, 'many.vtr');
  await writeRows(path, rowsOf(0, 10));
  for (let i = 1; i < 40; i += 1)
    await writeRows(path, rowsOf(i * 10, 10), { append: true, durability: 'none' });
  expect(readStateOf(path).segments.length).toBeLessThanOrEqual(32);
  expect(await readRows(path)).toEqual(rowsOf(0, 400));
  expect((await verify(path)).rowGroups).toBe(40);
});

test('an append that fails at any operation leaves the version before', async () => {
  const place = scratchFolder();
  const path = join(place, 'failed-append.vtr');
  await writeRows(path, rowsOf(0, 100));
  const bytes = readFileSync(path);
  let failures = 0;
  for (let k = 1; k < 100; k += 1) {
    const hit = failAt(k);
    const code = await codeOf(writeRows(path, rowsOf(100, 50), { append: true }));
    const operation = hit();
    injectFileFault(undefined);
    if (operation === undefined) break;
    if (operation === 'remove') clear(place, 'failed-append.vtr');
    const found = await readRows(path);
    if (found.length === 100) {
      failures += 1;
      expect(found).toEqual(rowsOf(0, 100));
      expect(['io', 'no-space']).toContain(code);
    } else {
      expect(found).toEqual(rowsOf(0, 150));
    }
    expect(existsSync(`${path}.lock`)).toBe(false);
    writeFileSync(path, bytes);
  }
  expect(failures).toBeGreaterThan(5);
});

test('a torn slot leaves the version before', async () => {
  const path = join(folder, 'torn.vtr');
  await writeRows(path, rowsOf(0, 20));
  await writeRows(path, rowsOf(20, 20), { append: true });
  const bytes = readFileSync(path);
  const { slot } = readStateOf(path);
  bytes.fill(0xaa, slot === 0 ? 512 : 1024, (slot === 0 ? 512 : 1024) + 30);
  writeFileSync(path, bytes);
  expect(await readRows(path)).toEqual(rowsOf(0, 20));
});

test('appended rows must have the same columns', async () => {
  const path = join(folder, 'columns.vtr');
  await writeRows(path, rowsOf(0, 5));
  await expect(writeRows(path, [{ n: 1, other: 'x' }], { append: true })).rejects.toMatchObject({
    code: 'type',
  });
  await expect(writeRows(path, [{ n: 'one', text: 'x' }], { append: true })).rejects.toMatchObject({
    code: 'type',
  });
  expect(existsSync(`${path}.lock`)).toBe(false);
  expect(await readRows(path)).toEqual(rowsOf(0, 5));
});

test('a second writer is refused, a dead one is not waited for', async () => {
  const path = join(folder, 'locked.vtr');
  const schema = rowsSource(rowsOf(0, 1)).schema;
  const first = await writeVtr(path).open(schema);
  await expect(writeVtr(path).open(schema)).rejects.toMatchObject({ code: 'locked', detail: { path } });
  await first.abort();
  const host = (await import('node:os')).hostname();
  writeFileSync(`${path}.lock`, JSON.stringify({ pid: 999_999_999, start: '1', host }));
  writeFileSync(join(folder, `.locked.vtr.999999999-1-${'ab'.repeat(16)}.tmp`), 'left behind');
  await writeRows(path, rowsOf(0, 4));
  expect(await readRows(path)).toEqual(rowsOf(0, 4));
  expect(readdirSync(folder).filter((name) => name.includes('locked.vtr'))).toEqual(['locked.vtr']);
  // Who appends clears up as well: a writer may die while it takes the lock.
  writeFileSync(join(folder, `.locked.vtr.999999999-1-${'cd'.repeat(16)}.tmp`), 'left behind');
  await writeRows(path, rowsOf(4, 2), { append: true });
  expect(await readRows(path)).toEqual(rowsOf(0, 6));
  expect(readdirSync(folder).filter((name) => name.includes('locked.vtr'))).toEqual(['locked.vtr']);
});

test('a cancelled write leaves nothing', async () => {
  const path = join(folder, 'cancelled.vtr');
  const signal = AbortSignal.abort();
  await expect(
    executor.write(scan(rowsSource(rowsOf(0, 10))), writeVtr(path), { signal }),
  ).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(readdirSync(folder).filter((name) => name.includes('cancelled'))).toEqual([]);
});
