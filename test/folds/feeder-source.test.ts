/** Feeders of every form as sources: schema from the first chunk, passes, and what goes wrong. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';

import { Table, tbl } from 'spillway';
import type { Source } from 'spillway';

import type { FeederSource } from '../../src/folds/feeder-source.js';
import { feederSource } from '../../src/folds/feeder-source.js';

const chunks = [
  [
    { x: 1, label: 'a' },
    { x: 2, label: 'b' },
  ],
  [],
  [{ x: null, label: 'c' }, { x: 4 }],
];
const expected = [
  { x: 1, label: 'a' },
  { x: 2, label: 'b' },
  { x: null, label: 'c' },
  { x: 4, label: null },
];

async function rowsOf(source: Source): Promise<unknown[]> {
  return tbl<{ x: number; label: string }>(source).rows();
}

async function* asynchronous(): AsyncGenerator<object[]> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

function* synchronous(): Generator<object[]> {
  yield* chunks;
}

function resettable(): { reset(): void; next(): object[] | null } {
  let at = chunks.length;
  return {
    reset() {
      at = 0;
    },
    next: () => chunks[at++] ?? null,
  };
}

const table = await tbl(expected).collect();

describe('forms', () => {
  const again: [string, unknown][] = [
    ['an array of arrays of rows', chunks],
    ['rows at once', expected],
    ['a table', table],
    ['tables', [table.slice(0, 1), table.slice(1)]],
    ['a record of columns', { x: [1, 2, null, 4], label: ['a', 'b', 'c', null] }],
    [
      'records of columns',
      [
        { x: [1, 2], label: ['a', 'b'] },
        { x: [null, 4], label: ['c', null] },
      ],
    ],
    ['a function that gives a generator', synchronous],
    ['a function that gives an asynchronous one', asynchronous],
    ['a function that gives rows', () => Promise.resolve(expected)],
    ['an object with reset and next', resettable()],
    ['a set', new Set(chunks)],
    ['a query, which is an iterable of tables', tbl(expected)],
  ];
  test.each(again)('%s can be read any number of times', async (_, feeder) => {
    const source = await feederSource(feeder, ['x', 'label']);
    expect(await rowsOf(source)).toEqual(expected);
    expect(await rowsOf(source)).toEqual(expected);
    expect(await rowsOf(source)).toEqual(expected);
  });

  const once: [string, unknown][] = [
    ['a generator', synchronous()],
    ['an asynchronous generator', asynchronous()],
  ];
  test.each(once)('%s can be read once, and a second time is an error', async (_, feeder) => {
    const source = await feederSource(feeder, ['x', 'label']);
    expect(await rowsOf(source)).toEqual(expected);
    await expect(source.run(() => rowsOf(source))).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringContaining('only once') as string,
    });
  });

  test('a stream of chunks', async () => {
    const source = await feederSource(Readable.from(chunks), ['x', 'label']);
    expect(await rowsOf(source)).toEqual(expected);
    await expect(source.run(() => rowsOf(source))).rejects.toThrow();
  });

  test('only the columns wanted are looked at', async () => {
    const source = await feederSource(
      [
        [
          { x: 1, mixed: 1 },
          { x: 2, mixed: 'a' },
        ],
      ],
      ['x'],
    );
    expect(source.schema.names).toEqual(['x']);
    expect(await tbl(source).rows()).toEqual([{ x: 1 }, { x: 2 }]);
  });

  test('a column of nulls in the first chunk is one of numbers', async () => {
    const source = await feederSource([[{ x: null }], [{ x: 5 }]], ['x']);
    expect(await tbl(source).rows()).toEqual([{ x: null }, { x: 5 }]);
  });

  test('typed arrays keep their types', async () => {
    const source = await feederSource([{ x: Int32Array.of(1, 2) }, { x: Int32Array.of(3) }], ['x']);
    expect(source.schema.toString()).toBe('{ x: int32? }');
    expect(await tbl(source).rows()).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
  });

  test('what was begun and not read is ended', async () => {
    let ended = false;
    function* feeder(): Generator<object[]> {
      try {
        yield [{ x: 1 }];
        yield [{ x: 2 }];
      } finally {
        ended = true;
      }
    }
    await (await feederSource(feeder, ['x'])).close();
    expect(ended).toBe(true);
  });

  test('a query that stops early ends the pass', async () => {
    let ended = 0;
    async function* feeder(): AsyncGenerator<object[]> {
      try {
        for (let i = 0; ; i++) yield await Promise.resolve([{ x: i }]);
      } finally {
        ended++;
      }
    }
    const source = await feederSource(feeder, ['x']);
    expect(await tbl(source).head(2).rows()).toHaveLength(2);
    expect(ended).toBe(1);
  });
});

describe('faults', () => {
  async function failure(feeder: unknown, columns: readonly string[] = ['x']): Promise<unknown> {
    let source: FeederSource | undefined;
    try {
      const made = (source = await feederSource(feeder, columns));
      await made.run(() => tbl(made).rows());
    } catch (error) {
      return error;
    } finally {
      await source?.close();
    }
    return undefined;
  }

  const thrown = new TypeError('socket closed');
  const cases: [string, unknown, object][] = [
    ['no feeder', 42, { code: 'argument' }],
    ['text', 'rows', { code: 'argument' }],
    ['a function of nothing', () => undefined, { code: 'argument' }],
    ['chunks that are numbers', [[1, 2]], { code: 'argument' }],
    ['a null chunk', [null], { code: 'argument' }],
    ['no rows at all', [[]], { code: 'data' }],
    ['nothing', [], { code: 'data' }],
    ['a missing column', [[{ y: 1 }]], { code: 'plan', detail: { column: 'x', columns: ['y'], chunk: 0 } }],
    ['mixed types in a chunk', [[{ x: 1 }, { x: 'a' }]], { code: 'data' }],
    [
      'a later chunk of another type',
      [[{ x: 1 }], [{ x: 'a' }]],
      { code: 'data', detail: { column: 'x', row: 0, value: '"a"', chunk: 1 } },
    ],
    ['a later table of another type', [table, new Map()], { code: 'argument' }],
    [
      'a later record without the column',
      [{ x: [1] }, { z: [1] }],
      { code: 'plan', detail: { column: 'x', columns: ['z'], chunk: 1 } },
    ],
    [
      'a feeder that throws at once',
      () => {
        throw thrown;
      },
      { code: 'data', cause: thrown },
    ],
    [
      'a feeder that throws later',
      function* () {
        yield [{ x: 1 }];
        throw thrown;
      },
      { code: 'data', cause: thrown },
    ],
  ];
  test.each(cases)('%s', async (_, feeder, error) => {
    expect(await failure(feeder)).toMatchObject(error);
  });

  test('a table of other types than the first', async () => {
    const int = new Table(
      ...(await (async () => {
        const t = await tbl({ x: Int32Array.of(1) }).collect();
        return [t.schema, t.columns, t.numRows] as const;
      })()),
    );
    expect(await failure([table, int])).toMatchObject({ code: 'type', detail: { column: 'x', chunk: 1 } });
  });

  test('a pass of other length than the first', async () => {
    let pass = 0;
    const source = await feederSource(() => [[{ x: 1 }], ...(pass++ > 0 ? [[{ x: 2 }]] : [])], ['x']);
    const read = (): Promise<unknown[]> => source.run(() => tbl(source).rows());
    expect(await read()).toHaveLength(1);
    await expect(read()).rejects.toMatchObject({ code: 'changed', detail: { first: 1, rows: 2 } });
  });
});
