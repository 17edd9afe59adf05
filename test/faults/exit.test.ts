/** However a query is used or left, the process ends by itself. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tbl } from '../../src/index.js';
import { runChild } from './run-child.js';
import type { Ended } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const path = join(folder, 'rows.vtr');
const rows = 300_000;

beforeAll(async () => {
  await tbl({
    key: Int32Array.from({ length: rows }, (_, i) => (i * 7_919) % 1_000_003),
    text: Array.from({ length: rows }, (_, i) => `text ${String(i % 7000)}`),
  }).writeVtr(path);
});

let used = 0;
/** A child of its own folder; whatever it left there is told. */
async function use(way: string): Promise<Ended & { readonly folder: string }> {
  used += 1;
  const own = join(folder, String(used));
  mkdirSync(own);
  return { ...(await runChild('exit-after', [way, path, own], 45_000)), folder: own };
}

const ways: readonly (readonly [string, number | string])[] = [
  ['collect', rows],
  ['rows', 5],
  ['pull', rows],
  ['first', 0],
  ['numRows', rows],
  ['toArrow', rows],
  ['glimpse', 'true'],
  ['explain', 'true'],
  ['writeVtr', rows],
  ['progress', rows],
  ['signal', rows],
  ['timeout', 'cancelled'],
  ['error', 'data'],
  ['stream', rows],
  ['break', 100],
  ['parquet', 3_000_000],
  ['parquet break', 100],
  ['never read', 'function'],
  ['begun and forgotten', 100],
  ['not awaited', rows],
  ['write not awaited', rows],
];

describe('the process ends by itself after', () => {
  it.concurrent.each(ways)('%s', { timeout: 120_000 }, async (way, printed) => {
    const { code, signal, out, errors, folder: own } = await use(way);
    expect({ code, signal, errors, out }).toEqual({
      code: 0,
      signal: null,
      errors: '',
      out: `${String(printed)}\n`,
    });
    expect(namesIn(own).filter((name) => !name.endsWith('.vtr'))).toEqual([]);
  });
});

it('ends where process.exit is called in the middle of a query', { timeout: 60_000 }, async () => {
  const { code, signal, errors, folder: own } = await use('exit in the middle');
  expect({ code, signal, errors }).toEqual({ code: 0, signal: null, errors: '' });
  expect(namesIn(own)).toEqual([]);
});

it('ends by an error that nobody caught; what was written is not there', { timeout: 60_000 }, async () => {
  const { code, signal, errors, folder: own } = await use('throw in the middle');
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  expect(errors).toContain('Error: mine');
  expect(existsSync(join(own, 'c.vtr'))).toBe(false);
});
