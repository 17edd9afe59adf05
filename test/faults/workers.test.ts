/** The engine in worker threads: several at once, and terminated in the middle of their work. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { tbl } from '../../src/index.js';
import { runChild } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const path = join(folder, 'rows.vtr');
const rows = 150_000;

beforeAll(async () => {
  await tbl({
    key: Int32Array.from({ length: rows }, (_, i) => (i * 7_919) % 1_000_003),
    text: Array.from({ length: rows }, (_, i) => `text ${String(i % 7000)}`),
  }).writeVtr(path);
});

test('four workers and the main thread work at the same time', { timeout: 150_000 }, async () => {
  const own = join(folder, 'beside');
  mkdirSync(own);
  const ended = await runChild('work-in-workers', [path, own], 120_000);
  expect(ended).toEqual({ code: 0, signal: null, errors: '', out: `${Array(5).fill(rows).join(' ')}\n` });
  expect(namesIn(own).filter((name) => !/^worker-\d\.vtr$/.test(name))).toEqual([]);
});

test('fifty workers are terminated in the middle of a query', { timeout: 200_000 }, async () => {
  const own = join(folder, 'terminated');
  mkdirSync(own);
  const ended = await runChild('terminate-workers', [path, own, '50'], 180_000);
  expect(ended).toEqual({ code: 0, signal: null, errors: '', out: `${String(rows)}\n` });
  // What a terminated writer had begun stays for the next writer to sweep; nothing of the engine's stays.
  expect(namesIn(own).filter((name) => !name.includes('worker-'))).toEqual([]);
});
