/** Errors of the native side as EngineErrors. */
import type { ErrorDetail } from '../base/engine-error.js';
import { EngineError, asEngineError, isErrorCode } from '../base/engine-error.js';

/** Details that are text even when they look like numbers. */
const textual: ReadonlySet<string> = new Set(['path', 'value', 'text', 'purpose', 'label']);

function detailOf(pairs: unknown): ErrorDetail {
  if (!Array.isArray(pairs)) return {};
  return Object.fromEntries(
    pairs.map((pair: unknown) => {
      const [key, value] = Array.isArray(pair) ? pair.map(String) : ['', ''];
      const number = Number(value);
      const numeric = !textual.has(key ?? '') && /^-?\d+$/.test(value ?? '') && Number.isSafeInteger(number);
      return [key ?? '', numeric ? number : value];
    }),
  );
}

/** What the addon threw or rejected with: its code and detail, with a stack that starts here. */
export function fromNative(thrown: unknown, what: string): EngineError {
  if (thrown instanceof Error && 'engineCode' in thrown) {
    const code = String(thrown.engineCode);
    const detail = detailOf('engineDetail' in thrown ? thrown.engineDetail : undefined);
    if (isErrorCode(code)) return new EngineError(code, thrown.message, { detail });
  }
  return asEngineError(thrown, what);
}

/** Calls into the addon; what it throws is an EngineError. */
export function callNative<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw fromNative(thrown, what);
  }
}
