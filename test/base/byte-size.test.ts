/** Sizes as people write and read them. */
import { expect, test } from 'vitest';
import { formatBytes, parseByteSize } from '../../src/base/byte-size.js';

test.each([
  ['64MB', 64 * 2 ** 20],
  ['1.5 GB', 1.5 * 2 ** 30],
  ['64 kib', 65536],
  ['12', 12],
  [4096, 4096],
])('%j is %d bytes', (size, bytes) => {
  expect(parseByteSize('memory', size)).toBe(bytes);
});

test.each(['', 'much', '64 parsecs', '-1MB', 0, -5, 1.5, Number.NaN, '0', null, undefined, {}])(
  'refuses %j and names the option',
  (size) => {
    expect(() => parseByteSize('memory', size)).toThrow(/^memory must be bytes or text like '64MB', not /);
  },
);

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KB'],
  [1_610_612_736, '1.5 GB'],
  [1_048_575, '1 MB'],
])('%d reads %j', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
