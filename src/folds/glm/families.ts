/** Families of generalised linear models: their links, dispersion, null deviance and information criterion. */
import type { IrlsPass, ResponseSums } from './irls-state.js';
import { Pair } from '../linear/pair.js';
import type { LinkName } from './links.js';

export type FamilyName = 'gaussian' | 'binomial' | 'poisson' | 'gamma';

export interface Family {
  /** As `native/kernels/irls.h` numbers it. */
  readonly code: number;
  /** The usual ones; the first is taken where none is given. */
  readonly links: readonly [LinkName, ...LinkName[]];
  /** What a response must be, for messages. */
  readonly range: string;
  /** 1 where the family fixes it; undefined: it is estimated. */
  readonly dispersion: 1 | undefined;
  /** What a warning calls means at the end of their domain; undefined: they have no such end. */
  readonly boundary: string | undefined;
  /** Deviance of a model that gives every row the same mean. */
  constantDeviance(sums: ResponseSums, mean: number): number;
  /** Minus twice the log likelihood, and two for a dispersion that is estimated. */
  minusTwoLogLikelihood(sums: ResponseSums, deviance: number, last: IrlsPass): number;
}

/** Σ ln(probability) of a count of events, also where there are none. */
function timesLog(count: number, value: number): number {
  return count === 0 ? 0 : count * Math.log(value);
}

/** ln Γ(x) for x > 0. */
function logGamma(x: number): number {
  let z = x;
  let shift = 0;
  for (; z < 16; z++) shift += Math.log(z);
  const s = 1 / (z * z);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

export const families: Readonly<Record<FamilyName, Family>> = {
  gaussian: {
    code: 0,
    links: ['identity', 'log', 'inverse'],
    range: 'a number (above 0 for the log link, not 0 for the inverse)',
    dispersion: undefined,
    boundary: undefined,
    constantDeviance({ weights, responses, squares }, mean) {
      // Σ w y² − 2 m Σ w y + m² Σ w in pairs, because little may be left.
      const rest = new Pair(squares.high, squares.low);
      rest.subtractProduct(responses.high, responses.low, 2 * mean, 0);
      const scaled = new Pair();
      scaled.addProduct(weights.high, weights.low, mean, 0);
      rest.addProduct(scaled.high, scaled.low, mean, 0);
      return Math.max(0, rest.value());
    },
    minusTwoLogLikelihood({ positive, logWeights }, deviance) {
      return positive * (Math.log((2 * Math.PI * deviance) / positive) + 1) + 2 - logWeights;
    },
  },
  binomial: {
    code: 1,
    links: ['logit', 'probit', 'cloglog', 'cauchit', 'log'],
    range: 'false or true, or a number from 0 to 1 (with the trials as weights)',
    dispersion: 1,
    boundary: 'probabilities numerically 0 or 1',
    constantDeviance({ weights, responses, saturated }, mean) {
      const events = responses.value();
      const others = weights.value() - events;
      return Math.max(0, 2 * (saturated - timesLog(events, mean) - timesLog(others, 1 - mean)));
    },
    minusTwoLogLikelihood({ saturated, measure }, deviance) {
      return deviance - 2 * (saturated + measure);
    },
  },
  poisson: {
    code: 2,
    links: ['log', 'identity', 'sqrt'],
    range: 'a number from 0 on',
    dispersion: 1,
    boundary: 'rates numerically 0',
    constantDeviance({ weights, responses, saturated }, mean) {
      const total = responses.value();
      return Math.max(0, 2 * (saturated - timesLog(total, mean) - (total - weights.value() * mean)));
    },
    minusTwoLogLikelihood({ responses, saturated, measure }, deviance) {
      return deviance - 2 * (saturated - responses.value() - measure);
    },
  },
  gamma: {
    code: 3,
    links: ['inverse', 'identity', 'log'],
    range: 'a number above 0',
    dispersion: undefined,
    boundary: undefined,
    constantDeviance({ weights, responses, saturated }, mean) {
      const total = weights.value();
      return Math.max(0, 2 * (total * Math.log(mean) - saturated + (responses.value() / mean - total)));
    },
    minusTwoLogLikelihood({ weights, saturated }, deviance, { excess }) {
      // The shape is that of the mean deviance, as R has it. Σ w ln(y / μ) comes from the deviance.
      const total = weights.value();
      const shape = total / deviance;
      const logRatios = excess - deviance / 2;
      const perRow = shape * Math.log(shape) - logGamma(shape);
      return -2 * (shape * logRatios - saturated - shape * (excess + total) + total * perRow) + 2;
    },
  },
};
