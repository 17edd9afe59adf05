/** Links of generalised linear models: how the linear predictor becomes the mean. */
import { normalTail } from '../distributions/normal.js';

export type LinkName = 'identity' | 'log' | 'inverse' | 'logit' | 'probit' | 'cloglog' | 'cauchit' | 'sqrt';

export interface Link {
  /** As `native/kernels/irls.h` numbers it. */
  readonly code: number;
  /** The mean at a linear predictor. */
  mean(eta: number): number;
}

/** No probability of a fit is nearer to 0 or 1; the linear predictor is cut where it would be. */
const epsilon = 2 ** -52;
const probitEnd = 8.125890664701906;

function inside(p: number): number {
  return Math.min(Math.max(p, epsilon), 1 - epsilon);
}

export const links: Readonly<Record<LinkName, Link>> = {
  identity: { code: 0, mean: (eta) => eta },
  log: { code: 1, mean: (eta) => Math.max(Math.exp(eta), epsilon) },
  inverse: { code: 2, mean: (eta) => 1 / eta },
  logit: {
    code: 3,
    mean(eta) {
      const e = Math.max(epsilon, Math.exp(-Math.abs(eta)));
      return (eta > 0 ? 1 : e) / (1 + e);
    },
  },
  probit: {
    code: 4,
    mean(eta) {
      const tail = normalTail(Math.min(Math.abs(eta), probitEnd)) / 2;
      return eta > 0 ? 1 - tail : tail;
    },
  },
  cloglog: { code: 5, mean: (eta) => inside(-Math.expm1(-Math.exp(Math.min(eta, 700)))) },
  cauchit: {
    code: 6,
    mean(eta) {
      const tail = Math.max(Math.atan2(1, Math.abs(eta)) / Math.PI, epsilon);
      return eta > 0 ? 1 - tail : tail;
    },
  },
  sqrt: { code: 7, mean: (eta) => eta * eta },
};
