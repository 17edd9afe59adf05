/** `collectChunked`: what a fold gives, which of its functions are called, and what is refused. */
import { describe, expect, test } from 'vitest';
import { EngineError, col, folds, tbl } from '../../src/index.js';
import type { Fold } from '../../src/data/fold.js';

const rows = 300_000;
const values = Float64Array.from({ length: rows }, (_, i) => (i * 7919) % 1000);
const numbers = tbl({ x: values, i: Float64Array.from({ length: rows }, (_, i) => i) });
const total = values.reduce((a, b) => a + b, 0);

interface Pair {
  x: number;
  i: number;
}

const sumOfX: Fold<number, number, Pair> = {
  init: () => 0,
  update(acc, batch) {
    const x = batch.column('x').values as Float64Array;
    let sum = acc;
    for (let r = 0; r < x.length; r++) sum += x[r]!;
    return sum;
  },
};

const combining: Fold<number, number, Pair> = { ...sumOfX, combine: (a, b) => a + b };

class Sum {
  total = 0;
}

async function failure(work: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof EngineError) return error;
  throw error;
}

describe('a fold', () => {
  test('gives what its functions make of all rows', async () => {
    expect(await numbers.collectChunked(sumOfX)).toBe(total);
    expect(await numbers.collectChunked(combining)).toBe(total);
    expect(await numbers.collectChunked({ ...combining, commutative: true })).toBe(total);
    expect(await numbers.collectChunked(folds.count())).toBe(rows);
  });

  test('is a function too, with its algebra beside it', async () => {
    const update = (acc: number, batch: { numRows: number }): number => acc + batch.numRows;
    expect(await numbers.collectChunked(update, { init: 0 })).toBe(rows);
    const finish = (acc: number): string => `${acc} rows`;
    const said: string = await numbers.collectChunked(update, { init: () => 0, finish });
    expect(said).toBe(`${rows} rows`);
  });

  test('sees computed columns, filters and order', async () => {
    const some = numbers.filter((r) => r.i.mod(3).eq(0)).mutate({ y: (r) => r.x.mul(2) });
    const last = await some.arrange('i').collectChunked((_: number, batch) => batch.at(-1)!.i, { init: -1 });
    expect(last).toBe(rows - 3);
    const twice = await some.collectChunked(
      (acc: number, batch) => acc + (batch.column('y').values as Float64Array).reduce((a, b) => a + b, 0),
      { init: 0, combine: (a, b) => a + b },
    );
    expect(twice).toBe(2 * values.reduce((sum, x, i) => sum + (i % 3 === 0 ? x : 0), 0));
  });

  test('gives its finished init where there are no rows', async () => {
    const none = numbers.filter((r) => r.x.lt(0));
    const finish = (acc: number): string => `none: ${acc}`;
    expect(await none.collectChunked({ ...sumOfX, init: () => 7, finish })).toBe('none: 7');
    expect(await none.collectChunked({ ...combining, init: () => 0, finish })).toBe('none: 0');
    const nothing = tbl({ x: new Float64Array(0), i: new Float64Array(0) });
    expect(await nothing.collectChunked({ ...combining, finish })).toBe('none: 0');
  });

  test('gets batches of exactly the rows asked for, whatever the threads', async () => {
    const sizes = (threads: number, batchRows?: number): Promise<number[]> =>
      numbers
        .filter((r) => r.i.mod(3).ne(0))
        .collectChunked((acc: number[], batch) => [...acc, batch.numRows], {
          init: [],
          threads,
          ...(batchRows === undefined ? {} : { batchRows }),
        });
    const wanted = [65_536, 65_536, 65_536, (rows * 2) / 3 - 3 * 65_536];
    expect(await sizes(1)).toEqual(wanted);
    expect(await sizes(2)).toEqual(wanted);
    expect(new Set((await sizes(2, 1000)).slice(0, -1))).toEqual(new Set([1000]));
  });

  test('ends the scan when it is done', async () => {
    let calls = 0;
    const first = await numbers.collectChunked(
      (acc: number | null, batch) => {
        calls += 1;
        return acc ?? batch.at(0)!.i;
      },
      { init: null as number | null, done: (acc) => acc !== null },
    );
    expect(first).toBe(0);
    expect(calls).toBe(1);
  });

  test('copies an init that is a value, for each run', async () => {
    const init = { seen: [] as number[] };
    const collect = (): Promise<{ seen: number[] }> =>
      numbers.head(3).collectChunked(
        (acc: { seen: number[] }, batch) => {
          acc.seen.push(batch.numRows);
          return acc;
        },
        { init },
      );
    expect(await collect()).toEqual({ seen: [3] });
    expect(await collect()).toEqual({ seen: [3] });
    expect(init.seen).toEqual([]);
  });
});

describe('an error', () => {
  test('of update says at which rows, and keeps what was thrown', async () => {
    const thrown = new RangeError('mine');
    const error = await failure(
      numbers.arrange('i').collectChunked(
        (acc: number, batch) => {
          if (batch.at(0)!.i >= 65_536) throw thrown;
          return acc + 1;
        },
        { init: 0 },
      ),
    );
    expect(error.message).toBe('update of the fold failed at rows 65,536 to 131,071 of the result: mine');
    expect(error).toMatchObject({
      code: 'data',
      cause: thrown,
      detail: { firstRow: 65_536, endRow: 131_072 },
    });
  });

  test('of the library inside of update keeps its code', async () => {
    const error = await failure(
      numbers.collectChunked((acc: number, batch) => acc + batch.column('z' as 'x').length, { init: 0 }),
    );
    expect(error.code).toBe('plan');
    expect(error.message).toContain('no column "z"');
  });

  test('meets promises, nothing, and what is no fold', async () => {
    const messages: string[] = [];
    const say = async (work: Promise<unknown>): Promise<void> => {
      const { code, message } = await failure(work);
      // Other terminals' options come and go.
      messages.push(`${code}: ${message.replace(/ options are.*/s, '')}`);
    };
    const bad = numbers.head(5) as unknown as {
      collectChunked(fold: unknown, options?: unknown): Promise<unknown>;
    };
    await say(bad.collectChunked(async (acc: number) => acc, { init: 0 }));
    await say(bad.collectChunked(() => undefined, { init: 0 }));
    await say(bad.collectChunked(() => 0));
    await say(bad.collectChunked(5));
    await say(bad.collectChunked({ init: 0 }));
    await say(bad.collectChunked({ init: 0, update: () => 0, combine: 5 }));
    await say(bad.collectChunked({ init: 0, update: () => 0, commutative: true }));
    await say(bad.collectChunked(() => 0, { init: new Sum() }));
    await say(bad.collectChunked(() => 0, { init: { f: () => 0 } }));
    await say(bad.collectChunked(() => 0, { init: 0, combin: () => 0 }));
    await say(bad.collectChunked({ init: 0, update: () => 0 }, { combine: () => 0 }));
    await say(bad.collectChunked(folds.count(col('z'))));
    expect(messages).toMatchSnapshot();
  });

  test('ends the query: another one runs at once', async () => {
    for (let i = 0; i < 20; i++) {
      const error = await failure(
        numbers.collectChunked(
          () => {
            throw new Error('no');
          },
          { init: 0, threads: 1, memory: '16MB' },
        ),
      );
      expect(error.message).toContain('rows 0 to 65,535');
    }
    expect(await numbers.numRows()).toBe(rows);
  });

  test('is the abort of its signal', async () => {
    const controller = new AbortController();
    const error = await failure(
      numbers.collectChunked(
        (acc: number) => {
          controller.abort();
          return acc + 1;
        },
        { init: 0, signal: controller.signal },
      ),
    );
    expect(error.code).toBe('cancelled');
  });
});
