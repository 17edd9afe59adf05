/** irls: iteratively reweighted least squares as a conversation, coefficients out, what a pass over the rows found in. */
import { EngineError } from '../../base/engine-error.js';
import { solveGram } from '../linear/solve-gram.js';
import type { GramSolution } from '../linear/solve-gram.js';
import type { IrlsPass } from './irls-state.js';

/** Coefficients to make a pass with; undefined: start from the response itself. */
export type Request = Float64Array | undefined;

export interface IrlsControl {
  /** Converged when |change of deviance| < epsilon · (|deviance| + 0.1). */
  readonly epsilon: number;
  readonly maxIterations: number;
  readonly start: Float64Array | undefined;
}

export interface IrlsFit {
  /** 0 where aliased. */
  readonly coefficients: Float64Array;
  readonly deviance: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Iterations whose step was halved, because it led out of the domain of the model. */
  readonly halved: number;
  /** The least squares problem at the coefficients: its inverse is their covariance but for the dispersion. */
  readonly solution: GramSolution;
  readonly first: IrlsPass;
  readonly last: IrlsPass;
}

/**
 * Fits a model; asks for passes as it goes. The first asked for starts from the response, so that its answer has the
 * sums over responses.
 *
 * @param check looks at the first answer, and throws where no fit can be made of the rows; what it returns is a part of
 *   every deviance that passes leave out
 */
export function* irls(
  control: IrlsControl,
  check: (first: IrlsPass) => number,
): Generator<Request, IrlsFit, IrlsPass> {
  const first = yield undefined;
  const constant = check(first);
  let before: Float64Array | undefined;
  let pass = first;
  let coefficients: Float64Array;
  if (control.start === undefined) {
    coefficients = kept(solveGram(first.gram));
  } else {
    coefficients = control.start;
    pass = yield coefficients;
    if (!usable(pass)) throw noStart('the coefficients given as start');
    before = coefficients;
    coefficients = kept(solveGram(pass.gram));
  }
  let deviance = pass.deviance + constant;
  let halved = 0;
  for (let iteration = 1; ; iteration++) {
    pass = yield coefficients;
    if (!usable(pass)) {
      if (before === undefined) throw noStart('the first step');
      halved++;
      for (let halvings = 0; !usable(pass); halvings++) {
        if (halvings >= control.maxIterations) throw noStart(`every step of iteration ${String(iteration)}`);
        coefficients = between(coefficients, before);
        pass = yield coefficients;
      }
    }
    const reached = pass.deviance + constant;
    const converged = Math.abs(reached - deviance) / (Math.abs(reached) + 0.1) < control.epsilon;
    if (converged || iteration >= control.maxIterations) {
      return {
        coefficients,
        deviance: reached,
        iterations: iteration,
        converged,
        halved,
        solution: solveGram(pass.gram),
        first,
        last: pass,
      };
    }
    deviance = reached;
    before = coefficients;
    coefficients = kept(solveGram(pass.gram));
  }
}

function usable(pass: IrlsPass): boolean {
  return pass.valid && Number.isFinite(pass.deviance);
}

function kept({ coefficients }: GramSolution): Float64Array {
  return coefficients.map((value) => (Number.isNaN(value) ? 0 : value));
}

function between(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => (value + b[i]!) / 2);
}

function noStart(what: string): EngineError {
  return new EngineError(
    'data',
    `no valid set of coefficients has been found: ${what} led to means that the family or link does not have, or to a ` +
      'deviance that is not finite; give start: coefficients that describe valid means, or another link',
  );
}
