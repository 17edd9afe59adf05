/** lm: least squares in one pass over any number of rows. */
import { EngineError } from '../../base/engine-error.js';
import type { NativeFold } from '../../exec/fold.js';
import { call, literal } from '../../expr/build.js';
import type { PlanNode } from '../../plan/node.js';
import { filter } from '../../plan/nodes/filter.js';
import { decodeGram } from '../linear/decode-gram.js';
import type { WeightedGram } from '../linear/decode-gram.js';
import { modelInput } from '../models/model-input.js';
import { fitOptions, runOptions } from '../models/model-options.js';
import type { FitOptions } from '../models/model-options.js';
import { checkNumbers, coefficientNames, modelReads, modelTerms } from '../models/model-terms.js';
import type { ModelTerms } from '../models/model-terms.js';
import type {
  CoefficientName,
  ColumnsChunk,
  ColumnsSource,
  RowOfChunk,
  RowSource,
  ShardSource,
  Terms,
  Variable,
} from '../models/model-source.js';
import { LinearModel } from './linear-model.js';

const optionNames = ['y', 'x', 'weights', 'intercept'];

/** What `lm` fits, and how it runs. */
export interface LmOptions<Row, X, Intercept extends boolean> extends FitOptions {
  /** The response. */
  readonly y: Variable<Row>;
  /** The terms: `'a'`, `['a', col('b').ln()]` or `{ logB: col('b').ln() }`; none for the mean alone. */
  readonly x?: X;
  /** Weights of the rows, at least 0, as the inverse of variances: the fit makes Σ w (y − ŷ)² least. */
  readonly weights?: Variable<Row>;
  /** Whether there is a constant term, `(Intercept)`; by default there is. */
  readonly intercept?: Intercept;
}

/**
 * Least squares: one pass in parallel over a Query or Shards of any size, or over what a feeder gives; memory is that of
 * the sums of products, (terms + 2)² numbers.
 *
 * The sums are kept in pairs of floats and the normal equations solved in them, so that results are as accurate as those
 * of a QR factorization in floats up to condition numbers of 2^47. Booleans count as 0 and 1. Rows with a null in the
 * response, a term or the weight are left out and counted (`skipped`); rows of weight 0 are no part of the fit. Terms that
 * depend linearly on those before them are left out (`aliased`).
 *
 * @throws EngineError `argument` for what cannot be fitted, `plan` for an unknown column, `type` for a column that holds
 *   no numbers, `data` for no rows, NaN, infinities, negative weights or a failing feeder; what running the query throws
 * @example
 * const fit = await lm(flights, { y: 'delay', x: ['distance', 'hour'] })
 * console.log(String(fit), fit.coefficients.distance, fit.predict({ distance: 900, hour: 7 }))
 */
export function lm<Row extends object, const X extends Terms<Row> = never, I extends boolean = true>(
  source: ShardSource<Row> | RowSource<Row>,
  options: LmOptions<Row, X, I>,
): Promise<LinearModel<CoefficientName<X, I>>>;
export function lm<
  C extends ColumnsChunk,
  const X extends Terms<RowOfChunk<C>> = never,
  I extends boolean = true,
>(
  source: ColumnsSource<C>,
  options: LmOptions<RowOfChunk<C>, X, I>,
): Promise<LinearModel<CoefficientName<X, I>>>;
export async function lm(source: unknown, options: unknown): Promise<LinearModel> {
  const given = fitOptions(options, optionNames, 'lm');
  const model = modelTerms(given, 'lm');
  const input = await modelInput(source, modelReads(model));
  try {
    const booleans = checkNumbers(input.plan, model, 'lm');
    const run = runOptions(given);
    const { states } = await input.run(() =>
      input.executor.fold(withoutZeroWeights(input.plan, model), [crossprod(model)], run),
    );
    return fitted(model, decodeGram(states[0]!), booleans);
  } finally {
    await input.close();
  }
}

/** Rows of weight zero are no part of the fit, not even counted. */
function withoutZeroWeights(plan: PlanNode, { weights }: ModelTerms): PlanNode {
  if (weights === undefined) return plan;
  const { expr } = weights;
  return filter(plan, call('or', [call('isNull', [expr]), call('ne', [expr, literal(0)])]));
}

function crossprod({ response, terms, intercept, weights }: ModelTerms): NativeFold {
  const columns = [...terms, response, ...(weights === undefined ? [] : [weights])];
  return {
    name: 'crossprod',
    args: columns.map(({ expr }) => expr),
    params: [Number(intercept), Number(weights !== undefined)],
  };
}

function fitted(model: ModelTerms, gram: WeightedGram, booleans: ReadonlySet<string>): LinearModel {
  if (gram.rows === 0) {
    const skipped = gram.skipped === 0 ? '' : `; ${String(gram.skipped)} were skipped because of nulls`;
    throw new EngineError('data', `lm has no rows to fit${skipped}`, { detail: { skipped: gram.skipped } });
  }
  return new LinearModel(model, checkFinite(model, gram), booleans);
}

/** Says by name which column spoils the sums. */
function checkFinite(model: ModelTerms, gram: WeightedGram): WeightedGram {
  const names = [...coefficientNames(model), model.response.name];
  const { size } = gram;
  for (let i = 0, at = 0; i < size; at += size - i, i++) {
    if (Number.isFinite(gram.high[at])) continue;
    const name = i === 0 && model.intercept ? (model.weights?.name ?? names[0]!) : names[i]!;
    throw new EngineError(
      'data',
      `lm: ${JSON.stringify(name)} has NaN, an infinity or numbers beyond 1e150; filter them out or make them null`,
      { detail: { column: name } },
    );
  }
  return gram;
}
