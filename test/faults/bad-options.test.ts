/** Options and arguments that make no sense: one EngineError each, before anything is read or written. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/index.js';
import { EngineError, configure, sum, tbl } from '../../src/index.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const rows = tbl([
  { a: 1, time: 2, text: 'x' },
  { a: 2, time: 3, text: 'y' },
]);

/** Calls a function as callers without types do. */
function untyped(object: object, method: string): (...args: unknown[]) => unknown {
  const found = (object as Record<string, unknown>)[method] as (...args: unknown[]) => unknown;
  return (...args) => found.apply(object, args);
}

async function failure(work: () => unknown): Promise<EngineError> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    return error as EngineError;
  }
  throw new Error('it did not fail');
}

const wrong: readonly (readonly [string, readonly unknown[]])[] = [
  ['threads', [0, -1, 1.5, Number.NaN, '2', Number.POSITIVE_INFINITY, 5000, null, 1n, {}]],
  ['memory', [0, -1, Number.NaN, 'x', null, {}, '12 potatoes', Number.POSITIVE_INFINITY, 2 ** 60]],
  ['maxSpill', [-1, 'x', Number.NaN, null]],
  ['tempDir', ['', 5, null, 'a\0b']],
  ['batchRows', [0, -1, 'x', 2 ** 30, Number.NaN]],
  ['int64', ['x', 5, null]],
  ['dates', ['x', 5, null]],
  ['rules', [5, {}, { off: ['push-fliter'] }, null]],
  ['signal', [5, {}, 'x', null]],
  ['onProgress', [5, 'x', {}, null]],
  ['morselPages', [0, 9, 'x']],
  ['memroy', ['64MB']],
];

describe('options of terminals', () => {
  it.each(wrong)('%s', async (name, values) => {
    for (const value of values) {
      const error = await failure(() => untyped(rows.arrange('a'), 'collect')({ [name]: value }));
      expect({ code: error.code, message: error.message }).toEqual({
        code: 'argument',
        message: expect.stringContaining(name === 'rules' ? 'rule' : name),
      });
    }
  });

  it('must be an object', async () => {
    for (const value of [5, null, 'x', []]) {
      expect((await failure(() => untyped(rows, 'collect')(value))).code).toBe('argument');
      expect((await failure(() => untyped(rows, 'writeVtr')(join(folder, 'a.vtr'), value))).code).toBe(
        'argument',
      );
    }
  });

  it('too little memory is refused by naming what is enough', async () => {
    for (const [memory, threads, least] of [
      [1, 1, '6 MB'],
      ['1KB', 2, '8 MB'],
    ] as const) {
      const error = await failure(() => rows.collect({ memory, threads }));
      expect(error.code).toBe('memory');
      expect(error.message).toContain(`needs at least ${least}`);
      expect(error.detail).toMatchObject({ minimum: Number(least.slice(0, 1)) * 2 ** 20 });
    }
    expect((await rows.collect({ memory: '8MB', threads: 2 })).numRows).toBe(2);
  });

  it('of writing', async () => {
    const options = { append: 5, id: new Uint8Array(3), compression: 'x', durability: 5, nonsense: 1 };
    for (const [name, value] of Object.entries(options)) {
      const error = await failure(() => untyped(rows, 'writeVtr')(join(folder, 'a.vtr'), { [name]: value }));
      expect(error.code, name).toBe('argument');
    }
    for (const path of ['', 5, null, undefined, 'a\0b'])
      expect((await failure(() => untyped(rows, 'writeVtr')(path))).code).toBe('argument');
    expect(namesIn(folder)).toEqual([]);
  });

  it('of the process', async () => {
    const settings = { threads: 0, memory: 'x', maxSpill: -1, tempDir: 5, theads: 2 };
    for (const [name, value] of Object.entries(settings)) {
      const error = await failure(() => untyped({ configure }, 'configure')({ [name]: value }));
      expect({ code: error.code, option: error.detail['option'] }).toEqual({
        code: 'argument',
        option: name,
      });
    }
    expect((await failure(() => untyped({ configure }, 'configure')(null))).code).toBe('argument');
    expect((await failure(() => configure({ memory: '1MB' }))).code).toBe('memory');
  });
});

describe('what cannot be read', () => {
  const sources: readonly (readonly [unknown, ErrorCode])[] = [
    [join(folder, 'no.vtr'), 'io'],
    [join(folder, 'no.parquet'), 'io'],
    [join(folder, 'no.arrow'), 'io'],
    [join(folder, 'no', 'folder.vtr'), 'io'],
    [join(folder, 'a\0b.vtr'), 'argument'],
    [join(folder, 'a.csv'), 'unsupported'],
    [join(folder, '*.vtr'), 'unsupported'],
    [join(folder, 'a.xyz'), 'argument'],
    [folder, 'argument'],
    ['', 'argument'],
    [5, 'argument'],
    [true, 'argument'],
    [null, 'argument'],
    [undefined, 'argument'],
    [Symbol.iterator, 'argument'],
    [() => 1, 'argument'],
    [['a.vtr', 'b.vtr'], 'unsupported'],
    [[1, 2], 'argument'],
    [{ a: [1, 2], b: [1] }, 'argument'],
    [{ a: 5 }, 'argument'],
    [[{ a: 1 }, { a: 'x' }], 'data'],
    [new URL('https://example.org/a.vtr'), 'unsupported'],
    [new Uint8Array(10), 'format'],
    [new TextEncoder().encode('ARROW1 but not really ARROW1'), 'format'],
  ];

  it.each(sources.map(([source, code]) => [JSON.stringify(String(source)), code, source] as const))(
    '%s: %s',
    async (_, code, source) => {
      const error = await failure(() => untyped({ tbl }, 'tbl')(source));
      expect(error.code).toBe(code);
      expect(error.message.length).toBeGreaterThan(20);
    },
  );

  it('options of a source that are not such', async () => {
    for (const options of [{ format: 5 }, { format: null }, { verify: 'x' }, { nonsense: 1 }, 5])
      expect((await failure(() => untyped({ tbl }, 'tbl')(join(folder, 'no.vtr'), options))).code).toBe(
        'argument',
      );
    expect(
      (await failure(() => untyped({ tbl }, 'tbl')(join(folder, 'no.vtr'), { format: 'nope' }))).code,
    ).toBe('unsupported');
  });
});

describe('what a query asks', () => {
  it('unknown columns are named with near ones, where they are typed', async () => {
    const near = { code: 'plan', detail: { column: 'tmie', near: ['time'], columns: ['a', 'time', 'text'] } };
    const message = 'no column "tmie"; did you mean "time"? columns are a, time, text';
    for (const method of [
      'select',
      'arrange',
      'groupBy',
      'distinct',
      'count',
      'relocate',
      'dropNull',
    ] as const)
      expect(await failure(() => untyped(rows, method)('tmie')), method).toMatchObject({ ...near, message });
    expect(await failure(() => untyped(rows, 'pull')('tmie'))).toMatchObject(near);
    expect(await failure(() => untyped(rows, 'rename')({ x: 'tmie' }))).toMatchObject(near);
    expect(
      await failure(() => untyped(rows, 'filter')((r: typeof rows) => untyped(r, 'tmie')())),
    ).toMatchObject({
      code: 'plan',
    });
  });

  it('wrong types are named with the expression', async () => {
    expect(await failure(() => untyped(rows, 'summarise')({ s: sum('text') }))).toMatchObject({
      code: 'type',
      message: expect.stringContaining('sum needs numbers, not utf8'),
    });
    const notCondition = (): unknown => untyped(rows, 'filter')((r: { a: unknown }) => r.a);
    expect(await failure(notCondition)).toMatchObject({ code: 'type' });
  });

  it('counts that are none', async () => {
    for (const count of [-1, 1.5, 'x', Number.NaN, Number.POSITIVE_INFINITY, null])
      for (const method of ['head', 'sliceHead'])
        expect((await failure(() => untyped(rows, method)(count))).code).toBe('argument');
  });
});
