/** The driver of jobs: wherever it is stopped, what it has written in the end is the same. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { JobProgress } from '../../../src/neighbors/jobs/job-progress.js';
import { readManifest } from '../../../src/neighbors/jobs/job-file.js';
import { MemoryStore, expectedEdges, runCounting } from './counting-job.js';

const folder = mkdtempSync(join(tmpdir(), 'jobs-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let jobs = 0;
const freshPath = (): string => join(folder, `job-${String((jobs += 1))}.json`);

class Stop extends Error {}

test('a job writes everything, and says so', async () => {
  const store = new MemoryStore('index', 5000);
  const path = freshPath();
  const manifest = await runCounting({ path, queries: 2000, store });
  expect([...store.cells.slice(0, 3000)]).toEqual(expectedEdges(2000));
  expect(store.cells[3000]).toBe(-7);
  expect(manifest).toMatchObject({
    status: 'completed',
    phase: 'collect',
    cursor: { row: 2000, edge: 3000 },
    total: 3000,
  });
  expect(readManifest(path)).toEqual(manifest);
  expect(readdirSync(folder).filter((name) => name.includes('job-1.json'))).toEqual([
    'job-1.json',
    'job-1.json.counts',
  ]);
});

test('stopped at any blocks, it goes on to the same end', { timeout: 120_000 }, async () => {
  const whole = new MemoryStore('index', 450);
  const wanted = await runCounting({ path: freshPath(), queries: 300, store: whole });
  const cadence = fc.record({
    rows: fc.option(fc.integer({ min: 20, max: 300 }), { nil: null }),
    seconds: fc.constantFrom(null, 0, 1000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(12), { maxLength: 4 }), cadence, async (stops, every) => {
      const store = new MemoryStore('index', 450);
      const path = freshPath();
      for (const after of stops) {
        let blocks = 0;
        const atBlock = (): void => {
          if ((blocks += 1) > after + 1) throw new Stop();
        };
        try {
          await runCounting({ path, queries: 300, store, every, atBlock });
        } catch (error) {
          expect(error).toBeInstanceOf(Stop);
        }
      }
      const manifest = await runCounting({ path, queries: 300, store, every });
      expect(store.cells).toEqual(whole.cells);
      expect({ ...manifest, name: wanted.name, every: wanted.every }).toEqual(wanted);
    }),
    { numRuns: 15 },
  );
});

test('what is due by rows is kept at exactly those rows', async () => {
  const path = freshPath();
  const seen: number[] = [];
  const store = new MemoryStore('index', 1500);
  const atBlock = (phase: string, first: number): void => {
    const kept = readManifest(path);
    if (phase === 'count' && kept?.phase === 'count') seen.push(kept.cursor.row);
    expect(kept === undefined || kept.cursor.row <= first || kept.phase !== phase).toBe(true);
  };
  await runCounting({ path, queries: 1000, store, every: { rows: 130, seconds: null }, atBlock });
  expect([...new Set(seen)]).toEqual([130, 260, 390, 520, 650, 780, 910]);
});

test('one byte changed in what was written is found, and nothing is written', async () => {
  const path = freshPath();
  const store = new MemoryStore('index', 1500);
  await runCounting({ path, queries: 1000, store });
  store.cells[700] = 0.5;
  const before = store.cells.slice();
  // Edge 700 is of row 467; segments are two rows long.
  await expect(runCounting({ path, queries: 1000, store })).rejects.toMatchObject({
    code: 'changed',
    message: expect.stringContaining('memory (index) is not what the job wrote for rows 466 … 467'),
    detail: { store: 'index', rows: [466, 468] },
  });
  expect(store.cells).toEqual(before);
  const blocks: number[] = [];
  const atBlock = (_: string, first: number): void => void blocks.push(first);
  await runCounting({ path, queries: 1000, store, from: { row: 467 }, atBlock });
  expect([...store.cells]).toEqual(expectedEdges(1000));
  expect(blocks[0]).toBe(466);
});

test('a job can go back to an earlier phase, not ahead', async () => {
  const path = freshPath();
  const store = new MemoryStore('index', 1500);
  await runCounting({ path, queries: 1000, store });
  writeFileSync(`${path}.counts`, Buffer.alloc(4000));
  await expect(runCounting({ path, queries: 1000, store })).rejects.toMatchObject({
    code: 'changed',
    detail: { store: 'counts', rows: [0, 2] },
  });
  await runCounting({ path, queries: 1000, store, from: { row: 0, phase: 'count' } });
  expect([...store.cells]).toEqual(expectedEdges(1000));
  for (const from of [{ row: 1001 }, { row: -1 }, { row: 0, phase: 'search' as const }])
    await expect(runCounting({ path, queries: 1000, store, from })).rejects.toMatchObject({
      code: 'argument',
    });
});

test('a signal pauses it, and what was written is kept', async () => {
  const path = freshPath();
  const store = new MemoryStore('index', 1500);
  const control = new AbortController();
  const atBlock = (phase: string, first: number): void => {
    if (phase === 'collect' && first > 300) control.abort();
    control.signal.throwIfAborted();
  };
  const paused = runCounting({ path, queries: 1000, store, atBlock, signal: control.signal });
  await expect(paused).rejects.toThrow();
  const kept = readManifest(path);
  expect(kept).toMatchObject({ status: 'running', phase: 'collect' });
  expect(kept?.cursor.row).toBeGreaterThan(200);
  await runCounting({ path, queries: 1000, store });
  expect([...store.cells]).toEqual(expectedEdges(1000));
});

test('progress tells of both phases and ends with all', async () => {
  const told: JobProgress[] = [];
  const store = new MemoryStore('index', 1500);
  await runCounting({ path: freshPath(), queries: 1000, store, onProgress: (p) => told.push(p) });
  expect(told.at(-1)).toMatchObject({ phase: 'collect', rows: 1000, edges: 1500, fraction: 1 });
  expect(told.find(({ rows }) => rows === 1000)).toMatchObject({ phase: 'count', fraction: 0.5 });
  const fractions = told.map(({ fraction }) => fraction);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
});

test('of two runs at a time, one is told that the other has it', async () => {
  const path = freshPath();
  const store = new MemoryStore('index', 1500);
  const first = runCounting({ path, queries: 1000, store });
  await expect(runCounting({ path, queries: 1000, store })).rejects.toMatchObject({ code: 'locked' });
  await first;
});

test('nothing to ask about is done at once', async () => {
  const manifest = await runCounting({ path: freshPath(), queries: 0, store: new MemoryStore('index', 0) });
  expect(manifest).toMatchObject({ status: 'completed', total: 0, cursor: { row: 0, edge: 0 } });
});
