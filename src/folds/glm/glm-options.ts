/** The options of glm, checked: family and link by name, how long to iterate and from where. */
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { FitOptions } from '../models/model-options.js';
import type { Variable } from '../models/model-source.js';
import { families } from './families.js';
import type { FamilyName } from './families.js';
import type { IrlsControl } from './irls.js';
import type { LinkName } from './links.js';

/** The links of each family, the one that is taken by itself first. */
export interface FamilyLinks {
  readonly gaussian: 'identity' | 'log' | 'inverse';
  readonly binomial: 'logit' | 'probit' | 'cloglog' | 'cauchit' | 'log';
  readonly poisson: 'log' | 'identity' | 'sqrt';
  readonly gamma: 'inverse' | 'identity' | 'log';
}

/** What `glm` fits, and how it runs. */
export interface GlmOptions<Row, X, F extends FamilyName, Intercept extends boolean> extends FitOptions {
  /** The response: a column or an expression. For `binomial` a boolean, 0 and 1, or shares with the trials as weights. */
  readonly y: Variable<Row>;
  /** The terms: `'a'`, `['a', col('b').ln()]` or `{ logB: col('b').ln() }`; none for the intercept alone. */
  readonly x?: X;
  readonly family: F;
  /** Without it the family's usual one: identity, logit, log, inverse. */
  readonly link?: FamilyLinks[F];
  /** Prior weights, none below 0. Rows of weight 0 count for nothing. */
  readonly weights?: Variable<Row>;
  /** A part of the linear predictor whose coefficient is 1. */
  readonly offset?: Variable<Row>;
  /** Whether there is a constant term, `(Intercept)`; by default there is. */
  readonly intercept?: Intercept;
  /** Converged when |change of deviance| / (|deviance| + 0.1) is below it; 0 takes all iterations. Default: 1e-8. */
  readonly epsilon?: number;
  /** Default: 25. */
  readonly maxIterations?: number;
  /** Coefficients to start from, the intercept first; by itself the fit starts from the response. */
  readonly start?: readonly number[];
}

/** The options that are glm's own; the others are those of any run. */
export const glmOptionNames: readonly string[] = [
  ...['y', 'x', 'family', 'link', 'weights', 'offset', 'intercept'],
  ...['epsilon', 'maxIterations', 'start'],
];

/** @throws EngineError `argument` */
export function familyAndLink(given: Readonly<Record<string, unknown>>): {
  readonly family: FamilyName;
  readonly link: LinkName;
} {
  const family = oneOf(given['family'], Object.keys(families) as FamilyName[], 'family of glm');
  const { links } = families[family];
  const link =
    given['link'] === undefined ? links[0] : oneOf(given['link'], links, `link of the family ${family}`);
  return { family, link };
}

function oneOf<T extends string>(value: unknown, known: readonly T[], what: string): T {
  const found = known.find((name) => name === value);
  if (found !== undefined) return found;
  const near = typeof value === 'string' ? didYouMean(value, known, 'they') : '';
  const shown = typeof value === 'string' ? JSON.stringify(value) : `not ${String(value)}`;
  throw new EngineError('argument', `the ${what} is one of ${known.join(', ')}; ${shown} is none${near}`);
}

/** @param count of coefficients. @throws EngineError `argument` */
export function irlsControl(given: Readonly<Record<string, unknown>>, count: number): IrlsControl {
  const { epsilon = 1e-8, maxIterations = 25, start } = given;
  if (typeof epsilon !== 'number' || !(epsilon >= 0))
    throw new EngineError('argument', 'epsilon of glm must be a number, 0 or more');
  if (typeof maxIterations !== 'number' || !Number.isInteger(maxIterations) || maxIterations < 1)
    throw new EngineError('argument', 'maxIterations of glm must be a whole number above 0');
  return { epsilon, maxIterations, start: start === undefined ? undefined : startOf(start, count) };
}

function startOf(start: unknown, count: number): Float64Array {
  const values: readonly unknown[] | undefined =
    Array.isArray(start) || start instanceof Float64Array ? Array.from<unknown>(start) : undefined;
  if (values?.length !== count || !values.every((value) => Number.isFinite(value)))
    throw new EngineError(
      'argument',
      `start of glm must be ${String(count)} finite numbers, one for each coefficient`,
    );
  return Float64Array.from(values as readonly number[]);
}
