/** Files that are damaged, cut, empty or something else: an EngineError or the right rows, and nothing else ever. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import * as parquet from 'parquet-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { EngineError, tbl, verify } from '../../src/index.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const rows = 20_000;
const columns = {
  key: Int32Array.from({ length: rows }, (_, i) => (i * 7_919) % 10_007),
  value: Float64Array.from({ length: rows }, (_, i) => i / 4),
  text: Array.from({ length: rows }, (_, i) => (i % 11 === 0 ? null : `text ${String(i % 500)}`)),
};
const good = new Map<string, Uint8Array>();
let expected: string;

beforeAll(async () => {
  await tbl(columns).writeVtr(join(folder, 'good.vtr'));
  good.set('vtr', readFileSync(join(folder, 'good.vtr')));
  const arrow = tableFromArrays(columns);
  good.set('arrow', tableToIPC(arrow, 'file'));
  const written = parquet.writeParquet(parquet.Table.fromIPCStream(tableToIPC(arrow, 'stream')));
  good.set('parquet', written);
  for (const [format, bytes] of good) writeFileSync(join(folder, `good.${format}`), bytes);
  expected = JSON.stringify(await tbl(join(folder, 'good.vtr')).rows());
});

/** `same` rows, `other` rows, or the code of the error; a hang is an outcome too. */
async function outcome(format: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `bad.${format}`);
  writeFileSync(path, bytes);
  const read = async (): Promise<string> => {
    try {
      return JSON.stringify(await tbl(path).rows({ memory: '64MB' })) === expected ? 'same' : 'other';
    } catch (error) {
      return error instanceof EngineError ? error.code : `not an EngineError: ${String(error)}`;
    }
  };
  return Promise.race([read(), sleep(20_000, 'it hangs', { ref: false })]);
}

/** Numbers that are the same in every run, below `limit`. */
function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** The outcomes of so many damaged variants, each once. */
async function outcomesOf(format: string, damages: readonly Uint8Array[]): Promise<string[]> {
  const seen = new Set<string>();
  for (const damaged of damages) seen.add(await outcome(format, damaged));
  return [...seen].sort();
}

function flipped(bytes: Uint8Array, count: number): Uint8Array[] {
  const next = sequence(count);
  return Array.from({ length: count }, (_, i) => {
    const copy = Uint8Array.from(bytes);
    // One bit, a byte, or a stretch of noise; every other time in the last tenth, where the metadata is.
    const from = i % 2 === 0 ? 0 : Math.floor(bytes.length * 0.9);
    const at = from + next(bytes.length - from);
    if (i % 3 === 0) copy[at]! ^= 1 << next(8);
    else if (i % 3 === 1) copy[at] = next(256);
    else for (let j = at; j < Math.min(copy.length, at + 40); j += 1) copy[j] = next(256);
    return copy;
  });
}

function cut(bytes: Uint8Array, count: number): Uint8Array[] {
  const next = sequence(count);
  const ends = Array.from({ length: count }, (_, i) => (i < 20 ? bytes.length - 1 - i : next(bytes.length)));
  return [
    ...ends.map((end) => bytes.subarray(0, end)),
    ...ends.slice(0, 5).map((end) => bytes.subarray(bytes.length - end)),
  ];
}

const cases: readonly (readonly [format: string, flips: number, cuts: number, allowed: readonly string[]])[] =
  [
    ['vtr', 300, 60, ['format', 'same']],
    // Neither format checks the values themselves: what is damaged there may only look like other rows.
    ['arrow', 300, 60, ['data', 'format', 'limit', 'memory', 'other', 'plan', 'same', 'unsupported']],
    ['parquet', 60, 30, ['data', 'format', 'limit', 'memory', 'other', 'plan', 'same', 'unsupported']],
  ];

describe.each(cases)('%s', (format, flips, cuts, allowed) => {
  test('the good file is read', async () => {
    expect(await outcome(format, good.get(format)!)).toBe('same');
  });

  test('damaged bytes', { timeout: 240_000 }, async () => {
    const seen = await outcomesOf(format, flipped(good.get(format)!, flips));
    expect(seen.filter((found) => !allowed.includes(found))).toEqual([]);
    expect(seen).toContain('format');
  });

  test('missing bytes', { timeout: 120_000 }, async () => {
    const seen = await outcomesOf(format, cut(good.get(format)!, cuts));
    // A stream of record batches that ends early is a shorter stream.
    expect(seen.filter((found) => !allowed.includes(found))).toEqual([]);
    expect(seen).toContain('format');
  });

  test('something else altogether', async () => {
    const others = [...good.entries()].filter(([other]) => other !== format).map(([, bytes]) => bytes);
    const next = sequence(7);
    others.push(
      new Uint8Array(0),
      new Uint8Array(8),
      new Uint8Array(100_000),
      Uint8Array.from({ length: 50_000 }, () => next(256)),
      new TextEncoder().encode('key,value,text\n1,2,x\n'.repeat(1000)),
      new TextEncoder().encode('PAR1PAR1'),
      new TextEncoder().encode(`PAR1${'\xff'.repeat(200)}PAR1`),
    );
    expect(await outcomesOf(format, others)).toEqual(['format']);
  });
});

test('verify finds what reading finds', async () => {
  const bytes = good.get('vtr')!;
  expect((await verify(join(folder, 'good.vtr'))).rows).toBe(rows);
  const path = join(folder, 'bad.vtr');
  for (const at of [5000, Math.floor(bytes.length / 2), bytes.length - 20]) {
    const copy = Uint8Array.from(bytes);
    copy[at]! ^= 4;
    writeFileSync(path, copy);
    await expect(verify(path)).rejects.toMatchObject({ name: 'EngineError', code: 'format' });
  }
});
