/** The one error class of the library and the closed list of its codes. */

/** What each code means, in the words of the documentation; the keys are the closed list of codes. */
export const errorCodes = {
  argument: 'a bad option or call, or a closed handle',
  plan: 'the query does not fit the data: an unknown column, an expression that is not used',
  type: 'a value or column of the wrong type for what is asked of it',
  sql: 'SQL text that cannot be understood',
  unsupported: 'something this release does not have',
  data: 'a value breaks a rule: overflow, cast, cell, non-finite row, broken fold law',
  format: 'the bytes of a file are not what its format says',
  changed: 'a file is not the one that was seen before',
  limit: 'a limit set by the user or the format was reached',
  io: 'the system failed to read, write or find a file',
  'no-space': 'the disk or quota is full',
  locked: 'another writer has the file',
  memory: 'the memory allowed is too small for the work',
  cancelled: 'the caller stopped the work',
  native: 'no native binary fits this platform',
  internal: 'a fault of the library itself; please report it',
} as const;

/** The closed list of error codes. */
export type ErrorCode = keyof typeof errorCodes;

/** Facts about an error, as data: `{ column: 'tmie', near: ['time'] }`. */
export type ErrorDetail = Readonly<Record<string, unknown>>;

export interface EngineErrorOptions {
  readonly detail?: ErrorDetail;
  /** What was caught, kept for whoever debugs. */
  readonly cause?: unknown;
}

/**
 * The error that every failure of the library is, with a `code` to branch on and `detail` as data.
 *
 * The message says what was asked, what was found, and what would do.
 *
 * @example
 * try { await query.collect(); } catch (error) {
 *   if (error instanceof EngineError && error.code === 'memory') retryWithMore();
 * }
 */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.detail = Object.freeze({ ...options.detail });
  }

  static {
    // On the prototype, as the standard's own errors have it, so that it is not printed as a field of each error.
    Object.defineProperty(this.prototype, 'name', {
      value: 'EngineError',
      configurable: true,
      writable: true,
    });
  }
}

/** True for the codes above; for codes that arrive as text, from the native side or another process. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

/**
 * Whatever was thrown, as an EngineError: unchanged if it is one, else code `internal` with the original as `cause`.
 *
 * @param what what was being done, for the message: `reading "a.vtr"`
 */
export function asEngineError(thrown: unknown, what: string): EngineError {
  if (thrown instanceof EngineError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new EngineError('internal', `${what}: ${message}; this is a fault of spillway, please report it`, {
    cause: thrown,
  });
}
