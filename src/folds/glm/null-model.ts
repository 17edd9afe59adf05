/** The model without terms: its deviance, from sums over the response where they tell it, else by a fit of its own. */
import { triangle } from '../linear/solve-gram.js';
import type { Gram } from '../linear/gram.js';
import { families } from './families.js';
import type { FamilyName } from './families.js';
import { irls } from './irls.js';
import type { IrlsControl, Request } from './irls.js';
import type { IrlsPass } from './irls-state.js';
import { links } from './links.js';
import type { LinkName } from './links.js';

/** It has few coefficients, and is to be right however early the user ends the fit of the full model. */
const ownIterations = 100;

/** What is looked at in the first pass; returns what deviances of passes leave out. */
type Check = (first: IrlsPass) => number;

/** The deviance of a model that gives all rows one mean: without an offset. */
export function constantDeviance(
  { response }: IrlsPass,
  intercept: boolean,
  family: FamilyName,
  link: LinkName,
): number {
  const mean = intercept ? response.responses.value() / response.weights.value() : links[link].mean(0);
  return families[family].constantDeviance(response, mean);
}

/**
 * The deviance of intercept and offset, or without an intercept of the offset alone. Asks for passes of the full model
 * with terms of coefficient 0, because a row with a null in a term is in neither model.
 */
export function* nullDeviance(
  control: IrlsControl,
  check: Check,
  terms: number,
  intercept: boolean,
): Generator<Request, number, IrlsPass> {
  if (!intercept) {
    const constant = check(yield undefined);
    return (yield new Float64Array(terms)).deviance + constant;
  }
  const steps = irls({ epsilon: control.epsilon, maxIterations: ownIterations, start: undefined }, check);
  let step = steps.next();
  while (step.done !== true) {
    const request = step.value;
    const full = request === undefined ? undefined : new Float64Array(1 + terms);
    full?.set(request ?? []);
    const pass = yield full;
    step = steps.next({ ...pass, gram: withoutTerms(pass.gram) });
  }
  return step.value.deviance;
}

/** The sums of the first column and the response. */
function withoutTerms({ size, high, low, rows, skipped }: Gram): Gram {
  const at = [
    [0, 0],
    [0, size - 1],
    [size - 1, size - 1],
  ].map(([i, j]) => triangle(size, i!, j!));
  return {
    size: 2,
    high: Float64Array.from(at, (k) => high[k]!),
    low: Float64Array.from(at, (k) => low[k]!),
    rows,
    skipped,
  };
}
