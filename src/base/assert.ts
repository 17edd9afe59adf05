/** Checks of what must hold: of our own promises, and of what a caller gave. */
import { EngineError } from './engine-error.js';

/**
 * States what the code relies on; a failure is a fault of the library.
 *
 * @throws EngineError `internal`
 */
export function assert(condition: boolean, promise: string): asserts condition {
  if (!condition)
    throw new EngineError(
      'internal',
      `${promise} does not hold; this is a fault of spillway, please report it`,
    );
}

/**
 * Marks the place that no value reaches; makes the compiler prove that a union was handled completely.
 *
 * @throws EngineError `internal`
 */
export function unreachable(value: never): never {
  throw new EngineError(
    'internal',
    `unexpected ${String(value)}; this is a fault of spillway, please report it`,
  );
}

/**
 * Checks a caller's option that must be a whole number within limits.
 *
 * @param name how the caller calls it, for the message
 * @throws EngineError `argument`
 */
export function checkWhole(
  name: string,
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
    return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  const found = typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value;
  throw new EngineError('argument', `${name} must be a whole number ${range}, not ${found}`, {
    detail: { option: name },
  });
}

/**
 * Checks a caller's option that must be the path of a folder; whether there is one shows when it is used.
 *
 * @throws EngineError `argument`
 */
export function checkFolder(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw new EngineError('argument', `${name} must be the path of a folder`, { detail: { option: name } });
}
