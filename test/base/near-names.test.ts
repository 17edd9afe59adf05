/** Near names for mistyped ones. */
import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearNames } from '../../src/base/near-names.js';

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['', 'abc', 3],
  ['tmie', 'time', 1],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
])('from %j to %j are %d edits, both ways', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
  expect(editDistance(b, a)).toBe(edits);
});

test('nearest first, at most three', () => {
  expect(nearNames('delay', ['relay', 'Delay', 'delays', 'decay', 'day'])).toEqual([
    'Delay',
    'relay',
    'delays',
  ]);
});

test('nothing is near when too much differs', () => {
  expect(nearNames('x', ['y', 'zz'])).toEqual([]);
  expect(nearNames('origin', ['destination'])).toEqual([]);
});

test('case alone makes a name near, even a short one', () => {
  expect(nearNames('x', ['y', 'X'])).toEqual(['X']);
});

test('the message names what is near and what is valid', () => {
  expect(didYouMean('tmie', ['day', 'time', 'delay'], 'columns')).toBe(
    '; did you mean "time"? columns are day, time, delay',
  );
  expect(didYouMean('q', [], 'columns')).toBe('; there are no columns');
  const many = Array.from({ length: 20 }, (_, i) => `column${i}`);
  expect(didYouMean('zzz', many, 'columns')).toMatch(/column11 and 8 more$/);
});
