/** IrlsPass: what one pass of iteratively reweighted least squares found, read from the state of the fold `irls`. */
import { EngineError } from '../../base/engine-error.js';
import type { Gram } from '../linear/gram.js';
import { Pair } from '../linear/pair.js';

/** Sums over the response and the weights alone; only the pass that starts a fit has them, in others they are 0. */
export interface ResponseSums {
  /** Rows whose weight is above zero. */
  readonly positive: number;
  /** Responses that the family cannot have. */
  readonly outside: number;
  /** Values that are NaN or infinite. */
  readonly notFinite: number;
  /** Weights below zero. */
  readonly negative: number;
  /** Σ w, Σ w y, Σ w y² (gaussian only). */
  readonly weights: Pair;
  readonly responses: Pair;
  readonly squares: Pair;
  /** binomial: Σ w (y ln y + (1 − y) ln(1 − y)); Poisson: Σ w y ln y; gamma: Σ w ln y. */
  readonly saturated: number;
  /** binomial: Σ ln of the binomial coefficients; Poisson: Σ w ln y!. */
  readonly measure: number;
  /** gaussian: Σ ln w. */
  readonly logWeights: number;
}

export interface IrlsPass {
  /** Of [√w, √w·x…, √w·z]. */
  readonly gram: Gram;
  /** False: some mean or linear predictor is out of its domain. */
  readonly valid: boolean;
  /** The mean closest to the end of its domain; Infinity for families without. */
  readonly closest: number;
  /** For the logit link without 2 · saturated. */
  readonly deviance: number;
  /** Σ w (y − μ)² / V(μ). */
  readonly pearson: number;
  /** gamma: Σ w (y − μ) / μ. */
  readonly excess: number;
  readonly response: ResponseSums;
}

const head = 8 + 3 * 8 + 8 + 3 * 16 + 4 * 8 + 6 * 16;

/** @throws EngineError `format` for bytes that are no state of the fold */
export function decodeIrls(bytes: Uint8Array): IrlsPass {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < head ? 0 : view.getUint32(4, true);
  const count = (size * (size + 1)) / 2;
  if (size === 0 || bytes.length !== head + 16 * count || view.getUint32(0, true) !== 1)
    throw new EngineError('format', 'these bytes are no state of the fold irls');
  let at = 8;
  const real = (): number => {
    at += 8;
    return view.getFloat64(at - 8, true);
  };
  const whole = (): number => {
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
  const pair = (): Pair => new Pair(real(), real());
  const [rows, skipped, invalid, closest] = [whole(), whole(), whole(), real()];
  const [deviance, pearson, excess] = [pair().value(), pair().value(), pair().value()];
  const response: ResponseSums = {
    positive: whole(),
    outside: whole(),
    notFinite: whole(),
    negative: whole(),
    weights: pair(),
    responses: pair(),
    squares: pair(),
    saturated: pair().value(),
    measure: pair().value(),
    logWeights: pair().value(),
  };
  const high = new Float64Array(count);
  const low = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    high[i] = real();
    low[i] = real();
  }
  const gram = { size, high, low, rows, skipped };
  return { gram, valid: invalid === 0, closest, deviance, pearson, excess, response };
}
