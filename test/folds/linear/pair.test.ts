/** Pairs of floats against whole numbers of any length. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Pair, productError, sumError } from '../../../src/folds/linear/pair.js';
import { whole } from './exact-fit.js';

/** A float between 2^-40 and 2^40 in size, as a multiple of 2^-61. */
const middling = fc
  .tuple(
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
    fc.integer({ min: 0, max: 2 ** 21 }),
    fc.integer({ min: -40, max: 9 }),
  )
  .map(([a, b, e]) => (a + b * 2 ** -21) * 2 ** e);

function valueOf(pair: Pair): bigint {
  return whole(pair.high) + whole(pair.low);
}
function close(actual: bigint, expected: bigint, size: bigint, bits: bigint): boolean {
  const off = actual > expected ? actual - expected : expected - actual;
  return off <= (size < 0n ? -size : size) / 2n ** bits + 1n;
}

describe('pairs', () => {
  test('the error of a product is what rounding left out', () => {
    fc.assert(
      fc.property(middling, middling, (a, b) => {
        const p = a * b;
        return whole(a) * whole(b) === (whole(p) + whole(productError(a, b, p))) * 2n ** 200n;
      }),
    );
  });

  test('products of large factors do not overflow on the way', () => {
    const [a, b] = [1.1 * 2 ** 1000, 1.3 * 2 ** -50];
    expect(productError(a, b, a * b)).toBe(productError(1.1, 1.3, 1.1 * 1.3) * 2 ** 950);
    expect(productError(b, a, a * b)).toBe(productError(1.3, 1.1, 1.1 * 1.3) * 2 ** 950);
  });

  test('the error of a sum', () => {
    expect(sumError(1, 2 ** -60, 1)).toBe(2 ** -60);
    expect(sumError(2 ** -60, 1, 1)).toBe(2 ** -60);
  });

  test('sums of many terms keep about 100 bits', () => {
    fc.assert(
      fc.property(fc.array(middling, { maxLength: 50 }), (values) => {
        const sum = values.reduce((pair, value) => pair.add(value), new Pair());
        const total = values.reduce((s, value) => s + whole(value), 0n);
        const size = values.reduce((s, value) => s + whole(Math.abs(value)), 0n);
        return close(valueOf(sum), total, size, 98n);
      }),
    );
  });

  test('a quotient times its divisor is the dividend', () => {
    fc.assert(
      fc.property(middling, middling, middling, (a, b, c) => {
        fc.pre(b !== 0);
        const dividend = new Pair(a).add(c);
        const back = new Pair(dividend.high, dividend.low).divide(b, b * 2 ** -55).multiply(b, b * 2 ** -55);
        return (
          Math.abs(back.subtract(dividend.high, dividend.low).value()) <= Math.abs(dividend.high) * 2 ** -100
        );
      }),
    );
  });

  test('a root times itself is the number', () => {
    fc.assert(
      fc.property(middling, middling, (a, c) => {
        const square = new Pair(Math.abs(a)).add(Math.abs(c) * 2 ** -30);
        const root = new Pair(square.high, square.low).sqrt();
        const back = root.multiply(root.high, root.low).subtract(square.high, square.low);
        return Math.abs(back.value()) <= square.high * 2 ** -100;
      }),
    );
  });

  test('what is not finite stays as floats have it', () => {
    expect(new Pair(1).divide(0).value()).toBe(Infinity);
    expect(new Pair(Infinity).add(1).value()).toBe(Infinity);
    expect(new Pair(1e200).multiply(1e200).value()).toBe(Infinity);
    expect(new Pair(-1).sqrt().value()).toBeNaN();
    expect(new Pair(0).sqrt().value()).toBe(0);
    expect(new Pair(Infinity).subtract(Infinity).value()).toBeNaN();
  });
});
