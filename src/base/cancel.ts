/** Cancellation by AbortSignal: how it becomes an EngineError and how work listens to it. */
import { EngineError } from './engine-error.js';

/** The error that an aborted signal means: code `cancelled`, with the signal's reason as cause. */
export function cancelledError(signal: AbortSignal): EngineError {
  const reason: unknown = signal.reason;
  const why =
    reason instanceof Error && reason.name === 'TimeoutError'
      ? 'the time allowed is over'
      : 'its signal was aborted';
  return new EngineError('cancelled', `the work was cancelled: ${why}`, { cause: reason });
}

/** @throws EngineError `cancelled` if the signal is aborted, `argument` for what is no signal */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (typeof signal?.aborted !== 'boolean' || typeof signal.addEventListener !== 'function') {
    throw new EngineError('argument', 'signal must be an AbortSignal, such as new AbortController().signal', {
      detail: { option: 'signal' },
    });
  }
  if (signal.aborted) throw cancelledError(signal);
}

/**
 * Calls `stop` once if the signal is or becomes aborted. The returned function forgets about it; call it when the work
 * is over, so that a long-lived signal does not hold on to every query that it ever watched.
 */
export function onCancel(signal: AbortSignal | undefined, stop: (error: EngineError) => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    stop(cancelledError(signal));
    return () => undefined;
  }
  const listener = (): void => {
    stop(cancelledError(signal));
  };
  signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
  };
}
