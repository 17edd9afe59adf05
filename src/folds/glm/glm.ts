/** glm: generalised linear models by iteratively reweighted least squares, one native pass over the rows per iteration. */
import { EngineError } from '../../base/engine-error.js';
import { modelInput } from '../models/model-input.js';
import { fitOptions, runOptions } from '../models/model-options.js';
import {
  checkNumbers,
  coefficientNames,
  modelColumns,
  modelReads,
  modelTerms,
} from '../models/model-terms.js';
import type { ModelTerms } from '../models/model-terms.js';
import type {
  CoefficientName,
  ColumnsChunk,
  ColumnsSource,
  RowOfChunk,
  RowSource,
  ShardSource,
  Terms,
} from '../models/model-source.js';
import { families } from './families.js';
import type { FamilyName } from './families.js';
import { GeneralizedLinearModel } from './generalized-linear-model.js';
import { familyAndLink, glmOptionNames, irlsControl } from './glm-options.js';
import type { GlmOptions } from './glm-options.js';
import { irls } from './irls.js';
import type { IrlsFit, Request } from './irls.js';
import type { IrlsPass } from './irls-state.js';
import { links } from './links.js';
import type { LinkName } from './links.js';
import { constantDeviance, nullDeviance } from './null-model.js';
import { runPasses } from './run-passes.js';
import type { Conversation } from './run-passes.js';

/**
 * Fits a generalised linear model: `link(mean of y) = offset + x · coefficients`, y distributed as `family` says.
 *
 * Iteratively reweighted least squares as in R's `glm`; each iteration is one pass over the rows, in native code and in
 * parallel, in memory that does not grow with them. Sums are kept in pairs of floats: the result does not depend on
 * threads or memory, and near dependence of terms does less harm than in floats. A query that is slow to run is
 * offloaded first.
 *
 * Rows with a null in any of the columns are left out and counted. NaN, infinities, negative weights and responses that
 * the family does not have are errors. Standard errors are those at the coefficients returned (R's are one iteration
 * older, which shows in the fifth digit).
 *
 * @param source a Query or Shards, read once per iteration and once more; or a feeder, which must start anew for each
 * @throws EngineError `argument`, `plan`, `type` for what cannot be a model; `data` for rows that cannot be fitted
 * @example
 * const late = await (await flights.offload()).mutate(r => ({ late: r.delay.gt(15) }))
 * const fit = await glm(late, { y: 'late', x: ['distance', 'hour'], family: 'binomial' })
 * fit.coefficients.distance          // log odds per mile
 * fit.predict({ distance: 500, hour: 17 }, { type: 'response' })
 */
export function glm<
  Row extends object,
  const F extends FamilyName,
  const X extends Terms<Row> = never,
  I extends boolean = true,
>(
  source: ShardSource<Row> | RowSource<Row>,
  options: GlmOptions<Row, X, F, I>,
): Promise<GeneralizedLinearModel<CoefficientName<X, I>>>;
export function glm<
  C extends ColumnsChunk,
  const F extends FamilyName,
  const X extends Terms<RowOfChunk<C>> = never,
  I extends boolean = true,
>(
  source: ColumnsSource<C>,
  options: GlmOptions<RowOfChunk<C>, X, F, I>,
): Promise<GeneralizedLinearModel<CoefficientName<X, I>>>;
export async function glm(source: unknown, options: unknown): Promise<GeneralizedLinearModel> {
  const given = fitOptions(options, glmOptionNames, 'glm');
  const { family, link } = familyAndLink(given);
  const model = modelTerms(given, 'glm');
  const control = irlsControl(given, coefficientNames(model).length);
  const input = await modelInput(source, modelReads(model));
  try {
    checkNumbers(input.plan, model, 'glm');
    const check = (first: IrlsPass): number => checkRows(first, model, family, link);
    const asked = { model, family, link };
    const conversations: Conversation<IrlsFit | number>[] = [conversation(asked, irls(control, check))];
    if (model.offset !== undefined) {
      const steps = nullDeviance(control, check, model.terms.length, model.intercept);
      conversations.push(conversation(asked, steps));
    }
    const rows = { plan: input.plan, executor: input.executor, options: runOptions(given) };
    const { results, passes } = await input.run(() => runPasses(rows, conversations));
    const fit = results[0] as IrlsFit;
    const base = results[1] ?? constantDeviance(fit.first, model.intercept, family, link);
    return new GeneralizedLinearModel({ ...asked, fit, nullDeviance: base as number, passes });
  } finally {
    await input.close();
  }
}

/** How the requests of a fit become folds. */
function conversation<R>(
  { model, family, link }: { model: ModelTerms; family: FamilyName; link: LinkName },
  steps: Generator<Request, R, IrlsPass>,
): Conversation<R> {
  const { intercept, weights, offset } = model;
  const codes = [families[family].code, links[link].code];
  const flags = [intercept, weights !== undefined, offset !== undefined].map(Number);
  const args = modelColumns(model).map(({ expr }) => expr);
  return {
    steps,
    fold: (request) => ({
      name: 'irls',
      args,
      params: [...codes, Number(request === undefined), ...flags, ...(request ?? [])],
    }),
  };
}

/**
 * Throws where no fit can be made of the rows.
 *
 * @returns the part of the deviance that passes leave out
 */
function checkRows(
  { gram, response }: IrlsPass,
  model: ModelTerms,
  family: FamilyName,
  link: LinkName,
): number {
  const y = JSON.stringify(model.response.name);
  const fail = (message: string, rows: number): EngineError =>
    new EngineError('data', `glm: ${message}`, { detail: { rows } });
  const { notFinite, negative, outside, positive } = response;
  if (notFinite > 0)
    throw fail(
      `${String(notFinite)} values of the response, terms, weights or offset are NaN or infinite; filter them out or make them null`,
      notFinite,
    );
  if (negative > 0) throw fail(`${String(negative)} of the weights are negative`, negative);
  if (outside > 0)
    throw fail(
      `${String(outside)} values of ${y} cannot be; a response of the family ${family} is ${families[family].range}`,
      outside,
    );
  if (positive === 0) {
    const skipped = gram.skipped === 0 ? '' : `; ${String(gram.skipped)} were skipped because of nulls`;
    const weightless = gram.rows === 0 ? '' : `; ${String(gram.rows)} have the weight 0`;
    throw fail(`there are no rows to fit${skipped}${weightless}`, gram.rows);
  }
  return family === 'binomial' && link === 'logit' ? 2 * response.saturated : 0;
}
