/** What lm does not fit, and how it says so. */
import { describe, expect, test } from 'vitest';

import { col, lm, tbl } from 'spillway';

import { sample, samples } from './sample.js';

describe('what cannot be fitted', () => {
  const bad: [string, () => Promise<unknown>, object][] = [
    ['no options', () => lm(samples, undefined as never), { code: 'argument' }],
    ['no response', () => lm(samples, { x: 'a' } as never), { code: 'argument' }],
    ['an unknown option', () => lm(samples, { y: 'y', x: 'a', weight: 'w' } as never), { code: 'argument' }],
    ['no terms at all', () => lm(samples, { y: 'y', intercept: false }), { code: 'argument' }],
    [
      'an intercept that is no boolean',
      () => lm(samples, { y: 'y', intercept: 1 } as never),
      { code: 'argument' },
    ],
    ['one term twice', () => lm(samples, { y: 'y', x: ['a', 'a'] }), { code: 'argument' }],
    ['an unknown column', () => lm(samples, { y: 'y', x: ['aa'] } as never), { code: 'plan' }],
    ['an unknown column of a feeder', () => lm(sample, { y: 'y', x: ['aa'] } as never), { code: 'plan' }],
    [
      'text',
      () => lm(tbl([{ y: 1, t: 'a' }]), { y: 'y', x: 't' } as never),
      { code: 'type', detail: { column: 't' } },
    ],
    ['dates', () => lm(tbl([{ y: 1, t: new Date(0) }]), { y: 'y', x: 't' } as never), { code: 'type' }],
    [
      'no rows',
      () =>
        lm(
          samples.filter((r) => r.a.lt(-1)),
          { y: 'y', x: 'a' },
        ),
      { code: 'data' },
    ],
    [
      'only nulls',
      () =>
        lm(
          tbl([
            { y: 1, a: null },
            { y: 2, a: null },
          ]).mutate({ a: col('a').cast('float64') }),
          { y: 'y', x: 'a' },
        ),
      { code: 'data', detail: { skipped: 2 } },
    ],
    [
      'NaN',
      () =>
        lm(
          tbl([
            { y: 1, a: NaN },
            { y: 2, a: 3 },
          ]),
          { y: 'y', x: 'a' },
        ),
      { code: 'data', detail: { column: 'a' } },
    ],
    [
      'an infinite response',
      () =>
        lm(
          tbl([
            { y: 1, a: 2 },
            { y: Infinity, a: 3 },
          ]),
          { y: 'y', x: 'a' },
        ),
      { code: 'data', detail: { column: 'y' } },
    ],
    ['negative weights', () => lm(samples, { y: 'y', x: 'a', weights: col('b') }), { code: 'data' }],
    ['something without rows', () => lm(42 as never, { y: 'y' } as never), { code: 'argument' }],
    ['an aggregate', () => lm(samples, { y: 'y', x: [col('a').mul(2), tbl as never] }), { code: 'argument' }],
  ];
  test.each(bad)('%s', async (_, run, error) => {
    await expect(run()).rejects.toMatchObject(error);
  });

  test('a cancelled fit', async () => {
    await expect(lm(samples, { y: 'y', x: 'a', signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
