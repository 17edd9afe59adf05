/** Sorting and grouping far more than the memory allowed: the bound holds, and the answer is the same to the byte. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { jsonOfChild, runChild } from './run-child.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const MIB = 2 ** 20;

interface Took {
  readonly rows: number;
  readonly stats: { readonly spillBytes: number; readonly peakMemory: number };
}

interface Report {
  readonly sort: Took;
  readonly group: Took;
  /** Most memory that the process ever had, in bytes. */
  readonly peak: number;
}

async function digest(name: string): Promise<string> {
  const hash = createHash('sha1');
  await pipeline(createReadStream(join(folder, name)), hash);
  return hash.digest('hex');
}

async function sortAndGroup(name: string, ...memory: string[]): Promise<Report> {
  const paths = ['rows.vtr', `sorted-${name}.vtr`, `grouped-${name}.vtr`].map((file) => join(folder, file));
  return jsonOfChild<Report>('sort-and-group', [...paths, ...memory], 400_000);
}

test('20 million rows are sorted and grouped within 128 MB as they are without a bound', async () => {
  const made = await runChild('make-rows', [join(folder, 'rows.vtr'), '20'], 300_000);
  expect(made).toMatchObject({ code: 0, errors: '' });
  const bounded = await sortAndGroup('bounded', '128MB');
  expect(bounded.peak).toBeLessThan((128 + 150) * MIB);
  expect(bounded.sort.rows).toBe(20_000_000);
  expect(bounded.group.rows).toBeGreaterThan(5_000_000);
  for (const { stats } of [bounded.sort, bounded.group]) {
    expect(stats.spillBytes).toBeGreaterThan(128 * MIB);
    expect(stats.peakMemory).toBeLessThanOrEqual(128 * MIB);
  }
  const free = await sortAndGroup('free');
  expect(free.sort.stats.spillBytes + free.group.stats.spillBytes).toBe(0);
  // Same rows, order and identity of the file: the same bytes.
  expect(await digest('sorted-bounded.vtr')).toBe(await digest('sorted-free.vtr'));
  expect(await digest('grouped-bounded.vtr')).toBe(await digest('grouped-free.vtr'));
}, 1_200_000);
