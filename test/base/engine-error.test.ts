/** The error class: code, detail, cause, and how it prints. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { EngineError, asEngineError, isErrorCode } from '../../src/base/engine-error.js';

test('carries code, detail and cause', () => {
  const cause = new Error('below');
  const error = new EngineError('io', 'cannot read "a"', { detail: { path: 'a' }, cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'EngineError',
    code: 'io',
    message: 'cannot read "a"',
    detail: { path: 'a' },
  });
  expect(error.cause).toBe(cause);
});

test('detail is empty, frozen data when none is given, and no cause is made up', () => {
  const error = new EngineError('plan', 'x');
  expect(error.detail).toEqual({});
  expect(Object.isFrozen(error.detail)).toBe(true);
  expect('cause' in error).toBe(false);
});

test('prints its name and code', () => {
  expect(inspect(new EngineError('memory', 'too small'))).toMatch(
    /^EngineError: too small[\s\S]*code: 'memory'/,
  );
});

test('knows its codes, and no inherited name is one', () => {
  expect(isErrorCode('no-space')).toBe(true);
  expect(isErrorCode('constructor')).toBe(false);
});

test('anything thrown becomes an internal error that keeps it, but an EngineError stays itself', () => {
  const own = new EngineError('data', 'x');
  expect(asEngineError(own, 'summing')).toBe(own);
  const wrapped = asEngineError(new RangeError('bad'), 'summing');
  expect(wrapped.code).toBe('internal');
  expect(wrapped.message).toMatch(/^summing: bad;/);
  expect(wrapped.cause).toBeInstanceOf(RangeError);
  expect(asEngineError('text', 'summing').cause).toBe('text');
});
