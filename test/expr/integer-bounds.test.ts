/** Comparisons of integers with any number: the same as comparing the numbers themselves. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { int8, uint8 } from '../../src/data/types.js';
import type { DataType } from '../../src/data/types.js';
import { integerBound, integerInterval } from '../../src/expr/signatures/integer-bounds.js';

/** NaN is greater than every number, and equal to itself alone. */
const compares: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b || Number.isNaN(b),
  le: (a, b) => a <= b || Number.isNaN(b),
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};
const types: readonly (readonly [DataType, number])[] = [
  [int8, -128],
  [uint8, 0],
];
const literal = fc.oneof(
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -600, max: 600 }).map((half) => half / 2),
  fc.constantFrom(Infinity, -Infinity, Number.NaN, -0, 1e300, -1e300, 2 ** 53),
);

it('a bound holds for the same values as the comparison', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(compares)),
      literal,
      fc.constantFrom(...types),
      (op, value, [type, least]) => {
        const bound = integerBound(op, value, type);
        expect(bound).toBeDefined();
        for (let x = least; x < least + 256; x++)
          expect(compares[bound?.op ?? '']?.(x, Number(bound?.value)), `${x} ${op} ${value}`).toBe(
            compares[op]?.(x, value),
          );
      },
    ),
    { numRuns: 300 },
  );
});

it('an interval holds the same values', () => {
  fc.assert(
    fc.property(literal, literal, fc.constantFrom(...types), (low, high, [type, least]) => {
      const [from, to] = integerInterval(low, high, type) ?? [0, 0];
      for (let x = least; x < least + 256; x++) {
        const wanted = compares['ge']?.(x, low) === true && compares['le']?.(x, high) === true;
        expect(x >= from && x <= to, `${x} between ${low} and ${high}`).toBe(wanted);
      }
    }),
    { numRuns: 200 },
  );
});

it('what is no integer or no number has no bound', () => {
  expect(integerBound('gt', 'a', int8)).toBeUndefined();
  expect(integerBound('gt', null, int8)).toBeUndefined();
  expect(integerBound('gt', 1, { kind: 'float64' })).toBeUndefined();
  expect(integerInterval(1, null, int8)).toBeUndefined();
  expect(integerBound('eq', 2n ** 63n, { kind: 'uint64' })).toEqual({ op: 'eq', value: 2n ** 63n });
});
