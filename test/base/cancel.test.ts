/** Cancellation by AbortSignal. */
import { expect, test } from 'vitest';
import { onCancel, throwIfCancelled } from '../../src/base/cancel.js';
import { EngineError } from '../../src/base/engine-error.js';

test('an aborted signal is an error that keeps the reason', () => {
  const reason = new Error('user left');
  expect(() => {
    throwIfCancelled(undefined);
    throwIfCancelled(new AbortController().signal);
  }).not.toThrow();
  try {
    throwIfCancelled(AbortSignal.abort(reason));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'cancelled', cause: reason });
  }
});

test('listeners hear once, at once if already aborted, and never after they left', () => {
  const controller = new AbortController();
  const heard: string[] = [];
  onCancel(controller.signal, (error) => heard.push(`a ${error.code}`));
  const leave = onCancel(controller.signal, () => heard.push('b'));
  leave();
  controller.abort();
  controller.abort();
  onCancel(controller.signal, () => heard.push('c'))();
  onCancel(undefined, () => heard.push('d'))();
  expect(heard).toEqual(['a cancelled', 'c']);
});
