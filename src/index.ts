/** The public face: re-exports only. */
export { EngineError, errorCodes } from './base/engine-error.js';
export type { EngineErrorOptions, ErrorCode, ErrorDetail } from './base/engine-error.js';
