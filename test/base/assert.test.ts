/** Checks of promises and of callers' options. */
import { expect, test } from 'vitest';
import { assert, checkWhole } from '../../src/base/assert.js';

test('a promise that holds is silent, a broken one is an internal error that states it', () => {
  assert(true, 'rows are sorted');
  expect(() => assert(false, 'rows are sorted')).toThrow(
    expect.objectContaining({
      code: 'internal',
      message: expect.stringMatching(/^rows are sorted does not hold/),
    }),
  );
});

test.each([
  [1, 1],
  [0, 0],
  [16, 16],
])('%j is a whole number within 0 to 16', (value, expected) => {
  expect(checkWhole('threads', value, 0, 16)).toBe(expected);
});

test.each([
  [-1, 'not -1'],
  [17, 'not 17'],
  [1.5, 'not 1.5'],
  [Number.NaN, 'not NaN'],
  ['4', 'not string'],
  [4n, 'not 4'],
  [undefined, 'not undefined'],
])('%s is refused by the name of its option', (value, words) => {
  const message = `threads must be a whole number from 0 to 16, ${words}`;
  expect(() => checkWhole('threads', value, 0, 16)).toThrow(
    expect.objectContaining({ code: 'argument', message }),
  );
});
