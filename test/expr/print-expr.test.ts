/** How expressions are shown: infix, parentheses only where the meaning needs them. */
import { expect, it } from 'vitest';
import { col, lit } from '../../src/expr/builders.js';
import { call, cast, literal } from '../../src/expr/build.js';
import * as t from '../../src/data/types.js';
import { printExpr } from '../../src/expr/print-expr.js';

const a = col('a');
const b = col('b');
const c = col('c');

it.each([
  [a.sub(b).sub(c), 'a - b - c'],
  [a.sub(b.sub(c)), 'a - (b - c)'],
  [a.add(b.add(c)), 'a + (b + c)'],
  [a.mul(b.add(1)), 'a * (b + 1)'],
  [a.mul(b).add(c), 'a * b + c'],
  [a.div(b.mul(c)), 'a / (b * c)'],
  [a.neg().neg(), '-(-a)'],
  [a.sub(lit(-1)), 'a - -1'],
  [a.add(b).neg(), '-(a + b)'],
  [a.and(b).or(c), 'a and b or c'],
  [a.and(b.or(c)), 'a and (b or c)'],
  [a.and(b.and(c)), 'a and b and c'],
  [a.not().and(b), 'not a and b'],
  [a.and(b).not(), 'not (a and b)'],
  [a.gt(1).eq(b), '(a > 1) = b'],
  [a.gt(1).isNull(), '(a > 1) is null'],
  [a.add(1).in([1, 2]), 'a + 1 in (1, 2)'],
  [a.between(1, b.add(2)), 'a between 1 and b + 2'],
  [a.like("it's%"), "a like 'it''s%'"],
  [a.idiv(2).mod(3), 'a // 2 % 3'],
  [a.pow(2), 'pow(a, 2)'],
  [col('two words').add(col('null')), '"two words" + "null"'],
  [a.gt(new Date('2024-02-29')), 'a > 2024-02-29'],
  [a.gt(new Date('2024-02-29T10:30:00.25Z')), 'a > 2024-02-29 10:30:00.25'],
])('%#', (expression, text) => {
  expect(expression.toString()).toBe(text);
});

it('cuts long lists', () => {
  const many = Array.from({ length: 5000 }, (_, i) => i);
  expect(a.add(1).in(many).toString()).toBe('a + 1 in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … 4,988 more)');
});

it('cuts deep nesting', () => {
  let deep = a.add(1);
  for (let i = 0; i < 100; i++) deep = deep.add(1);
  expect(deep.toString()).toBe(`…${' + 1'.repeat(40)}`);
});

it('shows literals of a fixed type as what they mean', () => {
  expect(printExpr(literal(19782, t.date))).toBe('2024-02-29');
  expect(printExpr(literal(1500n, t.timestamp('ms')))).toBe('1970-01-01 00:00:01.5');
  expect(printExpr(literal(-1n, t.timestamp('us')))).toBe('1969-12-31 23:59:59.999999');
  expect(printExpr(cast(literal(null), t.int8))).toBe('cast(null as int8)');
  expect(printExpr(call('sign', [literal(-0)]))).toBe('sign(-0)');
});
