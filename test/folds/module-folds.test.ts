/** Folds given as exports of modules, which run in worker threads: in a process of its own, on the built package. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { tbl } from '../../src/index.js';
import { jsonOfChild } from '../faults/run-child.js';
import { scratchFolder } from '../faults/scratch-folder.js';

type Answers = Readonly<Record<string, unknown>>;

const rows = 1_600_000;
const path = join(scratchFolder(), 'rows.vtr');
const answers = new Map<number, Answers>();

beforeAll(async () => {
  const block = 400_000;
  const word = (i: number): string | null => (i % 11 === 0 ? null : `word ${String(i % 7)}`);
  for (let at = 0; at < rows; at += block) {
    const ids = Array.from({ length: block }, (_, i) => at + i);
    await tbl({
      row: Float64Array.from(ids),
      key: Float64Array.from(ids, (i) => (i * 7919) % 65_537),
      value: Float64Array.from(ids, (i) => ((i * 7919) % 1000) / 7),
      text: ids.map(word),
      plain: ids.map((i) => (i % 1000 === 0 ? `ä ${String(i)}` : '')),
      flag: ids.map((i) => i % 3 === 0),
    }).writeVtr(path, { append: at > 0, durability: 'none' });
  }
  for (const threads of [1, 2])
    answers.set(threads, await jsonOfChild<Answers>('module-folds', [path, String(threads)], 120_000));
}, 400_000);

const one = (): Answers => answers.get(1)!;

describe('a fold of a module', () => {
  test('gives the bits that the same functions give on this thread', () => {
    for (const found of answers.values()) {
      expect(found['sum']).toBe(found['here']);
      expect(found['inOrder']).toBe(found['inOrderHere']);
      expect(found['words']).toEqual(found['wordsHere']);
    }
  });

  test('gives the same bits on any number of threads', () => {
    for (const found of answers.values()) {
      const { otherThreads, threads, commutative, ...rest } = found;
      const { otherThreads: others, threads: count, commutative: merged, ...first } = one();
      expect(rest).toEqual(first);
      expect([otherThreads, others]).toEqual([true, true]);
      expect(Number(threads)).toBeGreaterThanOrEqual(Number(count));
      expect(Math.abs(Number(commutative) / Number(merged) - 1)).toBeLessThan(1e-12);
    }
  });

  test('uses as many workers as there are threads and parts', () => {
    expect([...answers.values()].map((found) => found['threads'])).toEqual([1, 2]);
  });

  test('sees text, nulls and booleans as they are', () => {
    const counts = new Map(one()['words'] as [string | null, number][]);
    const few = Array.from({ length: rows / 20 }, (_, i) => i * 20);
    expect(counts.get(null)).toBe(few.filter((i) => i % 11 === 0).length);
    expect(counts.get('true')).toBe(few.filter((i) => i % 3 === 0).length);
    expect(counts.get('ä 2000')).toBe(1);
    expect(counts.get('')).toBe(few.filter((i) => i % 1000 !== 0).length);
  });

  test('is done early, and init where there are no rows', () => {
    const { none, firstRow, firstOfParts, firstOfSegments } = one();
    expect({ none, firstRow, firstOfParts, firstOfSegments }).toEqual({
      none: 0,
      firstRow: 0,
      firstOfParts: 0,
      firstOfSegments: 0,
    });
  });

  test('fails with what was thrown and where', () => {
    expect(one()['failing']).toEqual({
      code: 'data',
      message: 'update of the fold failed at rows 1,441,792 to 1,507,327 of rows.vtr: the row that fails',
      cause: 'RangeError',
    });
    expect(one()['unknownColumn']).toMatchObject({ code: 'plan' });
    expect(one()['ending']).toMatchObject({ code: 'data', message: expect.stringContaining('ended') });
    expect(one()['uncloneable']).toMatchObject({ code: 'argument' });
    expect(one()['missing']).toMatchObject({
      code: 'argument',
      message: expect.stringContaining('did you mean "sum"'),
    });
  });

  test('is left in the middle of an update when the signal says so', () => {
    expect(one()['aborted']).toMatchObject({ code: 'cancelled' });
    expect(one()['soon']).toBe(true);
  });
});
