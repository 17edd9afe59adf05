/** What the compiler knows of ready folds: their results by name, and the columns that they need. */
import { expect, expectTypeOf, test } from 'vitest';
import { col, folds, tbl } from '../../src/index.js';
import type { ReadyFold } from '../../src/index.js';

interface Row {
  x: number;
  g: string;
}

/** Takes folds of these rows only, as `collectChunked` does. */
function over<R>(fold: ReadyFold<R, keyof Row>): R {
  return fold.finish(fold.init());
}

test('results have the names of what was asked for', () => {
  expectTypeOf(over(folds.sums('x'))).toEqualTypeOf<{ readonly x: number | null }>();
  expectTypeOf(over(folds.sums({ total: 'x' }, { int64: 'bigint' }))).toEqualTypeOf<{
    readonly total: number | bigint | null;
  }>();
  expectTypeOf(over(folds.moments('x')).x.mean).toEqualTypeOf<number | null>();
  const both = over(folds.all({ rows: folds.count(), cross: folds.crossprod({ x: 'x' }) }));
  expectTypeOf(both.rows).toEqualTypeOf<number>();
  expect(both.cross.names).toEqual(['x']);
  const fitted = over(folds.crossprod({ x: [col('x').mul(2)], y: 'x' }));
  expect(fitted.responses).toEqual(['x']);
});

test('a column that is not there does not compile', () => {
  const all = folds.all({ rows: folds.count('misspelt') });
  // @ts-expect-error there is no such column
  expect(over(folds.sums('misspelt'))).toEqual({ misspelt: null });
  // @ts-expect-error there is no such column
  expect(over(folds.crossprod({ x: 'x', weights: 'weight' })).rows).toBe(0);
  // @ts-expect-error there is no such column
  expect(over(all)).toEqual({ rows: 0 });
  // @ts-expect-error without responses there are none
  expect(over(folds.crossprod({ x: 'x' })).xty).toBe(undefined);
});

test('a query takes folds of its own columns', async () => {
  const query = tbl([
    { x: 1, g: 'a' },
    { x: 2, g: 'b' },
  ]);
  expect(await query.collectChunked(folds.sums('x'))).toEqual({ x: 3 });
  // @ts-expect-error no such column
  await expect(query.collectChunked(folds.sums('misspelt'))).rejects.toMatchObject({ code: 'plan' });
});
