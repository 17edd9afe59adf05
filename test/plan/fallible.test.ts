/** Which expressions may raise a data error. */
import { expect, test } from 'vitest';
import type { DataType } from '../../src/data/types.js';
import {
  date,
  float32,
  float64,
  int16,
  int32,
  int64,
  timestamp,
  uint32,
  uint64,
  utf8,
} from '../../src/data/types.js';
import { cast } from '../../src/expr/build.js';
import type { Expr } from '../../src/expr/expr.js';
import { resolve } from '../../src/expr/resolve.js';
import { canFail } from '../../src/plan/fallible.js';
import { flights, memorySource } from './memory-source.js';
import { c, f } from './write-expr.js';

test.each<[string, Expr, boolean]>([
  ['a column', c('delay'), false],
  ['a comparison', f('gt', c('delay'), 1), false],
  ['whole numbers added', f('add', c('delay'), 1), true],
  ['floats added', f('add', c('score'), 1), false],
  ['a part that can', f('gt', f('add', c('delay'), 1), 1), true],
  ['division', f('div', c('delay'), c('distance')), false],
  ['whole division', f('idiv', c('delay'), c('distance')), true],
  ['a function of text', f('lower', c('origin')), false],
])('%s: %#', (_, expr, expected) => {
  expect(canFail(resolve(expr, flights().schema))).toBe(expected);
});

test.each<[DataType, DataType, boolean]>([
  [int16, int32, false],
  [int32, int16, true],
  [uint32, int64, false],
  [uint32, int32, true],
  [int32, uint64, true],
  [int64, float64, false],
  [float64, float32, false],
  [float64, int64, true],
  [utf8, float64, true],
  [float64, utf8, false],
  [timestamp('ms'), date, false],
  [timestamp('ms'), timestamp('ns'), true],
])('a cast from %o to %o: %s', (from, to, expected) => {
  const { schema } = memorySource({ x: from });
  expect(canFail(resolve(cast(c('x'), to), schema))).toBe(expected);
});
