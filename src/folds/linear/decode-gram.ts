/** What the state of the native fold `crossprod` holds, byte by byte. */
import { EngineError } from '../../base/engine-error.js';
import type { Gram } from './gram.js';

/** A Gram with what its rows weigh together: their number, without weights. */
export interface WeightedGram extends Gram {
  readonly sumWeights: number;
}

const version = 1;
const headBytes = 24;

/**
 * Reads the state of `crossprod`: u32 version, u32 columns, u64 rows, u64 skipped, the sums (high, low) by rows of the
 * upper triangle, and the sum of the weights as such a pair. Little-endian.
 *
 * @throws EngineError `format` for anything else
 */
export function decodeGram(bytes: Uint8Array): WeightedGram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headBytes || view.getUint32(0, true) !== version) throw damaged('its beginning');
  const size = view.getUint32(4, true);
  const sums = (size * (size + 1)) / 2;
  if (bytes.length !== headBytes + 16 * (sums + 1)) throw damaged(`its length with ${String(size)} columns`);
  const high = new Float64Array(sums);
  const low = new Float64Array(sums);
  for (let i = 0; i < sums; i++) {
    high[i] = view.getFloat64(headBytes + 16 * i, true);
    low[i] = view.getFloat64(headBytes + 16 * i + 8, true);
  }
  const end = headBytes + 16 * sums;
  return {
    size,
    high,
    low,
    rows: count(view, 8),
    skipped: count(view, 16),
    sumWeights: view.getFloat64(end, true) + view.getFloat64(end + 8, true),
  };
}

function count(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw damaged('a count of rows');
  return value;
}

function damaged(what: string): EngineError {
  return new EngineError('format', `the state of a crossprod fold is damaged: ${what} cannot be right`);
}
