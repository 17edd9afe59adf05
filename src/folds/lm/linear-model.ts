/** LinearModel: a least squares fit, its tests, and what follows from it. */
import { inspect } from 'node:util';

import { Table } from '../../data/table.js';
import type { Matrix } from '../../data/matrix.js';
import { ExpressionObject } from '../../expr/expression.js';
import type { NumberExpression } from '../../expr/methods.js';
import { fisherTail } from '../distributions/fisher-f.js';
import { studentTail } from '../distributions/student-t.js';
import type { WeightedGram } from '../linear/decode-gram.js';
import { solveGram, sumOfSquaresAfter } from '../linear/solve-gram.js';
import { predictorExpr, predictRow, predictTable } from '../models/linear-predictor.js';
import type { LinearPredictor, PredictorRow } from '../models/linear-predictor.js';
import { coefficientNames, formulaOf } from '../models/model-terms.js';
import type { ModelTerms } from '../models/model-terms.js';
import { namedNumbers } from '../models/named-numbers.js';
import type { NamedNumbers } from '../models/named-numbers.js';
import { printLinearModel } from './print-linear-model.js';

/** The test that all terms but the intercept are zero. */
export interface FStatistic {
  readonly value: number;
  readonly df1: number;
  readonly df2: number;
  /** P(F ≥ value) if they were. */
  readonly pValue: number;
}

/**
 * A fit by least squares. Names are those of the terms, `(Intercept)` first where there is one; numbers of an aliased term
 * are NaN.
 *
 * @example
 * const fit = await lm(tbl([{ x: 1, y: 2 }, { x: 2, y: 4 }, { x: 3, y: 7 }]), { y: 'y', x: 'x' })
 * fit.coefficients.x       // => 2.5
 * fit.predict({ x: 5 })    // => 11.833333333333334
 * fit.dfResidual           // => 1
 */
export class LinearModel<Name extends string = string> {
  /** `delay ~ distance + hour`. */
  readonly formula: string;
  readonly names: readonly Name[];
  readonly coefficients: NamedNumbers<Name>;
  /** NaN without residual degrees of freedom. */
  readonly standardErrors: NamedNumbers<Name>;
  readonly tValues: NamedNumbers<Name>;
  /** P(|T| ≥ |t|) with `dfResidual` degrees of freedom. */
  readonly pValues: NamedNumbers<Name>;
  /** Terms that depend linearly on those before them and were left out of the fit. */
  readonly aliased: readonly Name[];
  /** Covariance of the coefficients, in the order of `names`. */
  readonly covariance: Matrix;
  /** Share of the sum of squares about the mean (about 0 without an intercept) that the terms explain. */
  readonly rSquared: number;
  readonly adjustedRSquared: number;
  /** Undefined where there is no term beside the intercept. */
  readonly fStatistic: FStatistic | undefined;
  /** Square root of the residual sum of squares over `dfResidual`. */
  readonly residualStandardError: number;
  readonly dfResidual: number;
  /** Of the response: about its mean (0 without an intercept), and its two parts. Weighted where there are weights. */
  readonly sumOfSquares: { readonly total: number; readonly model: number; readonly residual: number };
  /** Rows that went into the fit: without nulls and with a weight that is not zero. */
  readonly rows: number;
  /** Rows left out because of a null. */
  readonly skipped: number;
  readonly #predictor: LinearPredictor;
  readonly #booleans: ReadonlySet<string>;

  /**
   * Fits `model` to the sums of products of its terms (the intercept first) and the response (last).
   *
   * @param booleans names of the terms that are truth values
   */
  constructor(model: ModelTerms, gram: WeightedGram, booleans: ReadonlySet<string> = new Set()) {
    const names = coefficientNames(model) as readonly Name[];
    const solution = solveGram(gram);
    const { coefficients, rank } = solution;
    const residual = solution.residualSumOfSquares;
    const total = model.intercept ? sumOfSquaresAfter(gram, 0) : solution.responseSumOfSquares;
    const dfResidual = gram.rows - rank;
    const variance = dfResidual > 0 ? residual / dfResidual : NaN;
    const errors = coefficients.map((_, i) => Math.sqrt(variance * solution.inverse[i * names.length + i]!));
    const t = coefficients.map((value, i) => value / errors[i]!);

    this.formula = formulaOf(model);
    this.names = Object.freeze([...names]);
    this.coefficients = namedNumbers(names, coefficients);
    this.standardErrors = namedNumbers(names, errors);
    this.tValues = namedNumbers(names, t);
    this.pValues = namedNumbers(
      names,
      t.map((value) => studentTail(value, dfResidual)),
    );
    this.aliased = Object.freeze(names.filter((_, i) => solution.aliased[i]));
    this.covariance = {
      data: solution.inverse.map((value) => value * variance),
      rows: names.length,
      cols: names.length,
    };
    const dfModel = rank - Number(model.intercept);
    const explained = Math.max(0, total - residual);
    this.rSquared = explained / total;
    this.adjustedRSquared = 1 - (1 - this.rSquared) * ((gram.rows - Number(model.intercept)) / dfResidual);
    const ratio = explained / dfModel / variance;
    this.fStatistic =
      dfModel > 0
        ? { value: ratio, df1: dfModel, df2: dfResidual, pValue: fisherTail(ratio, dfModel, dfResidual) }
        : undefined;
    this.residualStandardError = Math.sqrt(variance);
    this.dfResidual = dfResidual;
    this.sumOfSquares = { total, model: explained, residual };
    this.rows = gram.rows;
    this.skipped = gram.skipped;
    this.#booleans = booleans;
    const slopes = Array.from(coefficients).slice(Number(model.intercept));
    this.#predictor = { terms: model.terms, intercept: model.intercept ? coefficients[0]! : 0, slopes };
  }

  /**
   * The fitted value of a row, or those of a table, whose columns have the names of the terms. NaN where one is null;
   * aliased terms count as 0.
   *
   * @throws EngineError `plan` for a term that is not there, `type` for one that is no number
   * @example fit.predict({ distance: 900, hour: 7 })
   */
  predict(row: PredictorRow<Exclude<Name, '(Intercept)'>>): number;
  predict<Row extends object>(table: Table<Row>): Float64Array;
  predict(rows: Table | object): number | Float64Array {
    return rows instanceof Table ? predictTable(this.#predictor, rows) : predictRow(this.#predictor, rows);
  }

  /**
   * The fitted value as an expression of the columns that the fit was made from, for `mutate`; null where one of them is.
   *
   * @example flights.mutate({ residual: col('delay').sub(fit.expression()) })
   */
  expression(): NumberExpression<null> {
    return new ExpressionObject(
      predictorExpr(this.#predictor, this.#booleans),
    ) as unknown as NumberExpression<null>;
  }

  /** As R prints `summary(lm(…))`. */
  toString(): string {
    return printLinearModel(this);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
