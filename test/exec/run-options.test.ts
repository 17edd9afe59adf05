/** Options of terminals: checked, with errors that name them. */
import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../../src/exec/run-options.js';
import { minimumMemory, nativeOptions, valuePolicy } from '../../src/exec/run-options.js';

const MIB = 2 ** 20;

test('nothing given: all as the process has it', () => {
  expect(nativeOptions({}, () => 8)).toEqual({});
});

test('what is given is passed on', () => {
  const options: RunOptions = {
    threads: 2,
    memory: '64MB',
    maxSpill: '1.5 GB',
    tempDir: '/tmp',
    batchRows: 1000,
    forceSpill: true,
    equalHashes: false,
    morselPages: 1,
  };
  expect(nativeOptions(options, () => 8)).toEqual({
    threads: 2,
    memory: 64 * MIB,
    maxSpill: 1536 * MIB,
    tempDirectory: '/tmp',
    batchRows: 1000,
    forceSpill: true,
    equalHashes: false,
    morselPages: 1,
  });
});

test('more threads than the pool has need no more memory than all of them', () => {
  expect(nativeOptions({ threads: 64, memory: '8MB' }, () => 2).memory).toBe(8 * MIB);
});

describe('memory', () => {
  test('the least is accepted', () => {
    expect(nativeOptions({ threads: 1, memory: minimumMemory(1) }, () => 4).memory).toBe(6 * MIB);
    expect(nativeOptions({ memory: '12MiB' }, () => 4).memory).toBe(12 * MIB);
  });

  test('less is refused, naming it', () => {
    expect(() => nativeOptions({ memory: '11MB' }, () => 4)).toThrow(
      expect.objectContaining({
        code: 'memory',
        message:
          'memory: 11 MB is too little; a query on 4 threads needs at least 12 MB (4 MB and 2 MB for each thread); ' +
          'allow more, or fewer threads',
        detail: { memory: 11 * MIB, minimum: 12 * MIB, threads: 4 },
      }),
    );
    expect(() => nativeOptions({ memory: 1, threads: 1 }, () => 4)).toThrow(
      /on 1 thread needs at least 6 MB/,
    );
  });
});

describe('refused', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['threads', { threads: 0 }, /threads must be a whole number from 1 to 1024, not 0/],
    ['threads as text', { threads: '4' }, /threads must be/],
    ['memory as nonsense', { memory: 'lots' }, /memory must be bytes or text like '64MB', not "lots"/],
    ['spill', { maxSpill: -1 }, /maxSpill must be/],
    ['folder', { tempDir: '' }, /tempDir must be the path of a folder/],
    ['batch rows', { batchRows: 1e9 }, /batchRows must be/],
  ])('%s', (_, options, message) => {
    expect(() => nativeOptions(options, () => 4)).toThrow(
      expect.objectContaining({ code: 'argument', message: expect.stringMatching(message) as unknown }),
    );
  });

  test('a policy that does not exist', () => {
    expect(valuePolicy({ int64: 'bigint' })).toEqual({ int64: 'bigint', dates: 'date' });
    const wrong: Record<string, unknown> = { dates: 'iso' };
    expect(() => valuePolicy(wrong)).toThrow('dates must be one of "date", "bigint", "string"');
  });
});
