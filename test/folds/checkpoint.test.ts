/** Folds with checkpoints: what was interrupted goes on with the same bits, what changed or is damaged is refused. */
import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { collectChunked } from '../../src/folds/collect-chunked.js';
import type { FoldOptions } from '../../src/folds/collect-chunked.js';
import { foldTarget } from '../../src/folds/fold-target.js';
import type { Foldable } from '../../src/folds/fold-target.js';
import type { CheckpointOptions, EngineError, Fold, Query } from '../../src/index.js';
import { folds, openShards, tbl } from '../../src/index.js';
import { scratchFolder } from '../faults/scratch-folder.js';

interface Row {
  row: number;
  key: number;
  value: number;
}

const folder = scratchFolder();
const path = join(folder, 'rows.vtr');
const file = join(folder, 'fold.checkpoint');
const rows = 2_400_000;
const column = (of: (i: number) => number): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => of(i));
const written = {
  row: column((i) => i),
  key: column((i) => (i * 7919) % 65_537),
  value: column((i) => ((i * 7919) % 1000) / 7),
};

beforeAll(async () => {
  await tbl(written).writeVtr(path, { durability: 'none' });
  await tbl<Row>(path)
    .filter((r) => r.row.lt(500_000))
    .mutate({ group: (r) => r.key.mod(5) })
    .offload({ by: 'group', path: join(folder, 'shards'), durability: 'none' });
});

class Interrupt extends Error {}

/** A sum whose last bits depend on batches and merges; `calls` counts updates, and one after `limit` of them fails. */
function counted(limit = Number.POSITIVE_INFINITY) {
  const seen = { calls: 0 };
  const fold: Fold<{ sum: number }, number, Row> = {
    init: () => ({ sum: 0 }),
    update(acc, batch) {
      if ((seen.calls += 1) > limit) throw new Interrupt('interrupted');
      const values = batch.column('value').values as Float64Array;
      for (const value of values) acc.sum += value / 3;
      return acc;
    },
    finish: (acc) => acc.sum,
  };
  return { fold, seen };
}

const combine = (a: { sum: number }, b: { sum: number }): { sum: number } => ({ sum: a.sum + b.sum });

const all = (): Query<Row> => tbl<Row>(path);
const some = (): Query<Row> => all().filter((r) => r.key.mod(3).ne(0));
const often: CheckpointOptions = { path: file, everyRows: 1 };

/** What differs between the folds below: over what, and how they merge. */
type Case = readonly [
  name: string,
  rows: () => Foldable | Promise<Foldable>,
  algebra: object,
  // Updates after which it is interrupted; a range has eleven, a shard two.
  limits: readonly number[],
];
const cases: readonly Case[] = [
  ['one after the other', some, {}, [5, 14, 3]],
  ['in ranges', some, { combine }, [5, 14, 3]],
  ['in ranges, commutative', some, { combine, commutative: true }, [5, 14, 3]],
  ['of a sort', () => all().arrange('key'), {}, [1, 3, 0, 8]],
  ['of shards', () => openShards(join(folder, 'shards')), { combine }, [1, 3, 4]],
];

async function failure(work: Promise<unknown>): Promise<EngineError> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as EngineError,
  );
}

const run = async (target: Foldable | Promise<Foldable>, fold: unknown, options: FoldOptions = {}) =>
  collectChunked((await target)[foldTarget](), fold, options);

function fresh(): void {
  rmSync(file, { force: true });
}

describe.each(cases)('a fold %s', (_, source, algebra, limits) => {
  test('goes on where it was interrupted, to the same bits', async () => {
    fresh();
    const whole = counted();
    // With a checkpoint too: without one, a commutative fold is merged as its parts finish, and its last bits may differ.
    const uninterrupted = join(folder, `whole.${crypto.randomUUID()}`);
    const wanted = await run(source(), { ...whole.fold, ...algebra }, { checkpoint: uninterrupted });
    const total = whole.seen.calls;
    let calls = 0;
    for (const limit of limits) {
      const part = counted(limit);
      const error = await failure(run(source(), { ...part.fold, ...algebra }, { checkpoint: often }));
      expect(error.cause).toBeInstanceOf(Interrupt);
      calls += part.seen.calls - 1;
    }
    expect(existsSync(file)).toBe(true);
    const last = counted();
    // Its functions are the same text, as in the next process.
    expect(await run(source(), { ...last.fold, ...algebra }, { checkpoint: often })).toBe(wanted);
    expect(last.seen.calls).toBeLessThan(total);
    expect(calls + last.seen.calls).toBeGreaterThanOrEqual(total);
    const again = counted();
    expect(await run(source(), { ...again.fold, ...algebra }, { checkpoint: often })).toBe(wanted);
    expect(again.seen.calls).toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes('fold.checkpoint'))).toEqual([
      'fold.checkpoint',
    ]);
  });
});

describe('a fold of the engine', () => {
  const ready = folds.all({ sums: folds.sums('value'), moments: folds.moments('key'), n: folds.count() });

  test('goes on range by range', async () => {
    fresh();
    const wanted = await some().collectChunked(ready);
    const target = some()[foldTarget]();
    let passes = 0;
    const failing = (limit: number) => ({
      ...target,
      executor: {
        ...target.executor,
        fold: (...given: Parameters<typeof target.executor.fold>) => {
          if ((passes += 1) > limit) throw new Interrupt('interrupted');
          return target.executor.fold(...given);
        },
      },
    });
    await expect(collectChunked(failing(1), ready, { checkpoint: often })).rejects.toThrow('interrupted');
    passes = 0;
    expect(await collectChunked(failing(10), ready, { checkpoint: often })).toEqual(wanted);
    expect(passes).toBe(2);
    passes = 0;
    expect(await collectChunked(failing(0), ready, { checkpoint: often })).toEqual(wanted);
  });

  test('that needs all values is kept when it is finished', async () => {
    fresh();
    const wanted = await some().collectChunked(folds.median('value'));
    expect(await some().collectChunked(folds.median('value'), { checkpoint: file })).toEqual(wanted);
    expect(await some().collectChunked(folds.median('value'), { checkpoint: file })).toEqual(wanted);
  });
});

describe('a checkpoint', () => {
  const { fold } = counted();
  const keep = (options: FoldOptions & { query?: Query<Row>; given?: unknown } = {}) => {
    const { query = some(), given = fold, ...more } = options;
    return run(query, given, { checkpoint: often, ...more });
  };

  test('is refused for anything else than it was made of', async () => {
    fresh();
    const wanted = await keep();
    const refused = async (work: Promise<unknown>): Promise<unknown> => {
      const error = await failure(work);
      expect(error.code).toBe('changed');
      expect(error.message).toContain('delete it to start from the beginning');
      return error.detail['changed'];
    };
    expect(await refused(keep({ query: all() }))).toEqual(['query']);
    expect(await refused(keep({ query: all().filter((r) => r.key.mod(3).ne(1)) }))).toEqual(['query']);
    const other = { ...fold, update: (acc: { sum: number }) => acc };
    expect(await refused(keep({ given: other }))).toEqual(['fold']);
    expect(await refused(keep({ given: { ...fold, init: () => ({ sum: 1 }) } }))).toEqual(['fold']);
    expect(await refused(keep({ given: { ...fold, combine } }))).toEqual(['fold', 'batches']);
    expect(await refused(keep({ batchRows: 1000 }))).toEqual(['batches']);
    expect(await refused(keep({ int64: 'bigint' }))).toEqual(['batches']);
    expect(await refused(keep({ given: folds.sums('value') }))).toEqual(['fold', 'batches']);
    const copy = join(folder, 'copy.vtr');
    await all()
      .filter((r) => r.row.gt(0))
      .writeVtr(copy, { durability: 'none' });
    const moved = tbl<Row>(copy).filter((r) => r.key.mod(3).ne(0));
    expect(await refused(keep({ query: moved }))).toEqual(['input']);
    // None of them touched it; what has no influence on the result may differ.
    expect(await keep({ threads: 1, memory: '64MB' })).toBe(wanted);
    expect(await keep({ given: { ...fold, finish: () => 'another end' } })).toBe('another end');
  });

  test('that is damaged says so', async () => {
    fresh();
    await keep();
    const whole = readFileSync(file);
    const damaged = async (bytes: Uint8Array): Promise<void> => {
      writeFileSync(file, bytes);
      const error = await failure(keep());
      expect(error.code).toBe('format');
      expect(error.message).toContain('delete it');
    };
    for (let i = 0; i < whole.length; i += 7)
      await damaged(Uint8Array.from(whole, (byte, at) => (at === i ? byte ^ 0x10 : byte)));
    for (const size of [0, 3, 20, 60, whole.length - 1]) await damaged(whole.subarray(0, size));
    await damaged(new TextEncoder().encode('something else of about the length of a checkpoint'));
    await damaged(Uint8Array.from([...whole, 0]));
    copyFileSync(path, file);
    expect((await failure(keep())).code).toBe('format');
    fresh();
  });

  test('is held by one run at a time, and left by one that is aborted', async () => {
    fresh();
    const stop = new AbortController();
    let calls = 0;
    const stopping = {
      ...fold,
      update(acc: { sum: number }) {
        if ((calls += 1) === 15) stop.abort();
        return acc;
      },
    };
    const first = failure(keep({ given: stopping, signal: stop.signal }));
    const second = await failure(keep({ given: stopping }));
    expect(second.code).toBe('locked');
    expect((await first).code).toBe('cancelled');
    calls = 0;
    await keep({ given: stopping });
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(20);
    expect(readdirSync(folder).some((name) => name.endsWith('.lock'))).toBe(false);
  });

  test('is removed at the end when it is not to be kept', async () => {
    fresh();
    const wanted = await run(some(), fold);
    expect(await keep({ checkpoint: { ...often, keep: false } })).toBe(wanted);
    expect(existsSync(file)).toBe(false);
  });

  test('keeps whatever an accumulator is, or says that it cannot', async () => {
    fresh();
    const kinds = {
      map: new Map([['a', 1n]]),
      set: new Set([NaN]),
      date: new Date(5),
      list: new Float32Array([1.5, -0]),
    };
    const same = { init: () => kinds, update: (acc: unknown) => acc };
    await keep({ given: same });
    expect(await keep({ given: same })).toEqual(kinds);
    fresh();
    const error = await failure(keep({ given: { init: () => () => 0, update: (acc: unknown) => acc } }));
    expect([error.code, error.message]).toEqual([
      'argument',
      expect.stringContaining('give the fold save and load'),
    ]);
    fresh();
    const saving = {
      ...fold,
      save: (acc: { sum: number }) => new TextEncoder().encode(String(acc.sum)),
      load: (bytes: Uint8Array) => ({ sum: Number(new TextDecoder().decode(bytes)) }),
    };
    const wanted = await keep({ given: saving });
    expect(await keep({ given: saving })).toBe(wanted);
    expect(readFileSync(file).includes(String(wanted))).toBe(true);
  });

  test('has options that are checked', async () => {
    const message = async (checkpoint: unknown): Promise<string> =>
      (await failure(keep({ checkpoint: checkpoint as string }))).message;
    expect(await message('')).toContain('needs the path');
    expect(await message({ path: file, everyRow: 1 })).toContain('did you mean "everyRows"');
    expect(await message({ path: file, everyRows: 0 })).toContain('everyRows must be a whole number');
    expect(await message({ path: file, everySeconds: '5' })).toContain('everySeconds');
    expect(await message(join(folder, 'nowhere', 'a.checkpoint'))).toContain('its folder does not exist');
  });
});
