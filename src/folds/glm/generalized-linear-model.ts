/** GeneralizedLinearModel: a fit of glm, its tests, and what follows from it. */
import { inspect } from 'node:util';
import { EngineError } from '../../base/engine-error.js';
import { Table } from '../../data/table.js';
import type { Matrix } from '../../data/table.js';
import { normalTail } from '../distributions/normal.js';
import { studentTail } from '../distributions/student-t.js';
import { predictRow, predictTable } from '../models/linear-predictor.js';
import type { LinearPredictor, PredictorRow } from '../models/linear-predictor.js';
import { coefficientNames, formulaOf } from '../models/model-terms.js';
import type { ModelTerms } from '../models/model-terms.js';
import { namedNumbers } from '../models/named-numbers.js';
import type { NamedNumbers } from '../models/named-numbers.js';
import { families } from './families.js';
import type { FamilyName } from './families.js';
import type { IrlsFit } from './irls.js';
import { links } from './links.js';
import type { LinkName } from './links.js';
import { printGlm } from './print-glm.js';

/** What a fit came to, before it is looked at. */
export interface FittedGlm {
  readonly model: ModelTerms;
  readonly family: FamilyName;
  readonly link: LinkName;
  readonly fit: IrlsFit;
  readonly nullDeviance: number;
  readonly passes: number;
}

export interface PredictOptions {
  /** `response` (default): the mean; `link`: the linear predictor. */
  readonly type?: 'response' | 'link';
}

/**
 * A fit of a generalised linear model. Names are those of the terms, `(Intercept)` first where there is one; numbers of an
 * aliased term are NaN.
 *
 * @example
 * const fit = await glm(claims, { y: 'count', x: ['age'], family: 'poisson', offset: col('years').ln() })
 * fit.coefficients.age        // => 0.012
 * fit.deviance                // => 51.3
 * console.log(String(fit))    // the table of coefficients with tests, deviances, AIC
 */
export class GeneralizedLinearModel<Name extends string = string> {
  readonly family: FamilyName;
  readonly link: LinkName;
  /** `late ~ distance + hour`. */
  readonly formula: string;
  readonly names: readonly Name[];
  readonly coefficients: NamedNumbers<Name>;
  /** NaN without residual degrees of freedom where the dispersion is estimated. */
  readonly standardErrors: NamedNumbers<Name>;
  /** Coefficients over standard errors: z where the family fixes the dispersion, else t. */
  readonly statistics: NamedNumbers<Name>;
  readonly statistic: 'z' | 't';
  /** Two-sided, by the normal distribution or Student's with `dfResidual` degrees of freedom. */
  readonly pValues: NamedNumbers<Name>;
  /** Terms that depend linearly on those before them and were left out of the fit. */
  readonly aliased: readonly Name[];
  /** Covariance of the coefficients, in the order of `names`. */
  readonly covariance: Matrix;
  readonly deviance: number;
  /** Of the model without terms: intercept and offset. */
  readonly nullDeviance: number;
  readonly aic: number;
  /** 1 for binomial and poisson; else Pearson's statistic over `dfResidual`. */
  readonly dispersion: number;
  /** Σ weight · (y − μ)² / V(μ). */
  readonly pearson: number;
  readonly dfResidual: number;
  readonly dfNull: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Passes made over the rows. */
  readonly passes: number;
  /** What a statistician would want to be told: not converged, fitted means at the end of their domain, aliased terms. */
  readonly warnings: readonly string[];
  /** Rows that went into the fit: without nulls and with a weight that is not zero. */
  readonly rows: number;
  /** Rows left out because of a null. */
  readonly skipped: number;
  readonly #predictor: LinearPredictor;

  constructor({ model, family, link, fit, nullDeviance, passes }: FittedGlm) {
    const names = coefficientNames(model) as readonly Name[];
    const { aliased, rank, inverse } = fit.solution;
    const { response, gram } = fit.first;
    const coefficients = fit.coefficients.map((value, i) => (aliased[i] ? NaN : value));
    const kind = families[family];
    this.family = family;
    this.link = link;
    this.formula = formulaOf(model);
    this.names = Object.freeze([...names]);
    this.rows = response.positive;
    this.skipped = gram.skipped;
    this.dfResidual = this.rows - rank;
    this.dfNull = this.rows - Number(model.intercept);
    this.deviance = Math.max(0, fit.deviance);
    this.nullDeviance = nullDeviance;
    this.pearson = fit.last.pearson;
    this.dispersion = kind.dispersion ?? (this.dfResidual > 0 ? this.pearson / this.dfResidual : NaN);
    this.aic = kind.minusTwoLogLikelihood(response, this.deviance, fit.last) + 2 * rank;

    const p = names.length;
    const errors = coefficients.map((_, i) => Math.sqrt(this.dispersion * inverse[i * p + i]!));
    const statistics = coefficients.map((value, i) => value / errors[i]!);
    this.statistic = kind.dispersion === undefined ? 't' : 'z';
    const tail = (value: number): number =>
      kind.dispersion === undefined ? studentTail(value, this.dfResidual) : normalTail(value);
    this.coefficients = namedNumbers(names, coefficients);
    this.standardErrors = namedNumbers(names, errors);
    this.statistics = namedNumbers(names, statistics);
    this.pValues = namedNumbers(names, statistics.map(tail));
    this.aliased = Object.freeze(names.filter((_, i) => aliased[i]));
    this.covariance = { data: inverse.map((value) => value * this.dispersion), rows: p, cols: p };
    this.iterations = fit.iterations;
    this.converged = fit.converged;
    this.passes = passes;
    this.warnings = Object.freeze(warningsOf(fit, kind.boundary, this.aliased));
    const terms = model.offset === undefined ? model.terms : [...model.terms, model.offset];
    const slopes = Array.from(coefficients).slice(Number(model.intercept));
    if (model.offset !== undefined) slopes.push(1);
    this.#predictor = { terms, intercept: model.intercept ? coefficients[0]! : 0, slopes };
  }

  /**
   * The fitted mean of a row, or those of a table, whose columns have the names of the terms and of the offset; or the
   * linear predictor. NaN where one is null; aliased terms count as 0.
   *
   * @throws EngineError `plan` for a term that is not there, `type` for one that is no number
   * @example fit.predict({ distance: 900, hour: 7 }) // => 0.31
   */
  predict(row: PredictorRow<Exclude<Name, '(Intercept)'>>, options?: PredictOptions): number;
  predict<Row extends object>(table: Table<Row>, options?: PredictOptions): Float64Array;
  predict(rows: Table | object, options: PredictOptions = {}): number | Float64Array {
    const { type = 'response' } = options;
    if (type !== 'response' && type !== 'link')
      throw new EngineError('argument', `the type of predict is response or link, not ${String(type)}`);
    const mean = type === 'link' ? (eta: number) => eta : (eta: number) => links[this.link].mean(eta);
    if (rows instanceof Table) return predictTable(this.#predictor, rows).map(mean);
    return mean(predictRow(this.#predictor, rows));
  }

  /** As R prints `summary(glm(…))`. */
  toString(): string {
    return printGlm(this);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function warningsOf(fit: IrlsFit, boundary: string | undefined, aliased: readonly string[]): string[] {
  const warnings: string[] = [];
  if (!fit.converged)
    warnings.push(
      `the fit did not converge in ${String(fit.iterations)} iterations; its numbers are not those of a fit`,
    );
  if (fit.halved > 0)
    warnings.push(
      `steps of ${String(fit.halved)} iterations were halved, because they led out of the model's domain`,
    );
  if (boundary !== undefined && fit.last.closest < 10 * 2 ** -52)
    warnings.push(`there are fitted ${boundary}: some coefficients may be infinite (separation)`);
  if (aliased.length > 0)
    warnings.push(`not defined, because they depend on terms before them: ${aliased.join(', ')}`);
  return warnings;
}
