/** The ready fold `crossprod`: X'X, and with responses X'y and y'y. */
import { EngineError } from '../../base/engine-error.js';
import type { Matrix } from '../../data/table.js';
import { decodeGram } from '../linear/decode-gram.js';
import { gramBlock } from '../linear/gram-entry.js';
import { argumentList, argumentOf, foldOptions, nameOf, printArguments } from './fold-arguments.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/** What `crossprod` takes. */
export interface CrossprodOptions {
  /** Columns of X. */
  readonly x: FoldArgument | readonly FoldArgument[];
  /** Columns of y, one as a rule. */
  readonly y?: FoldArgument | readonly FoldArgument[];
  /** Weight of each row, 0 or more: X'WX and X'Wy. */
  readonly weights?: FoldArgument;
  /** Put a column of ones first in X. */
  readonly intercept?: boolean;
}

/** Sums of products over the rows without a null. */
export interface Crossprod {
  /** X'X, [p × p]. */
  readonly xtx: Matrix;
  /** Names of the columns of X; `(Intercept)` is the column of ones. */
  readonly names: readonly string[];
  /** Rows that went in. */
  readonly rows: number;
  /** Rows left out: a null in one of the columns, or of weight 0. */
  readonly skipped: number;
  /** Sum of the weights; without weights `rows`. */
  readonly sumWeights: number;
}

/** With responses. */
export interface CrossprodWithResponses extends Crossprod {
  /** X'y, [p × q]. */
  readonly xty: Matrix;
  /** y'y, [q × q]. */
  readonly yty: Matrix;
  /** Names of the columns of y. */
  readonly responses: readonly string[];
}

/** Most columns of X and y together: the state grows with their square. */
export const mostGramColumns = 2048;

type ListOf<A> = A extends readonly (infer E)[] ? E : A;
type NeedsOf<O extends CrossprodOptions> = NamesOf<ListOf<O['x']> | ListOf<O['y']> | O['weights']>;
type ResultOf<O extends CrossprodOptions> = O extends { readonly y: FoldArgument | readonly FoldArgument[] }
  ? CrossprodWithResponses
  : Crossprod;

const where = 'folds.crossprod';

/**
 * X'X of columns or expressions, with `y` also X'y and y'y, with `weights` X'WX and so on. Rows with a null in any of them
 * are left out and counted.
 *
 * Products are exact and summed in pairs of floats (about 106 bits), so that the sums do not depend on threads or batches
 * and are right to the last bit unless they cancel by more than 2^40. NaN and infinities give NaN and infinities.
 * Weighted columns are multiplied by the weight's square root first, which rounds. State: 64 p² bytes for each thread.
 *
 * @throws EngineError `data` for a negative weight
 * @example
 * const { xtx, xty } = await flights.collectChunked(folds.crossprod({ x: ['distance', 'hour'], y: 'delay', intercept: true }))
 */
export function crossprod<const O extends CrossprodOptions>(options: O): ReadyFold<ResultOf<O>, NeedsOf<O>> {
  const given = foldOptions(options, ['x', 'y', 'weights', 'intercept'], where);
  const { x, y, weights, intercept = false } = given;
  const xs = argumentList(x, `x of ${where}`);
  const ys = y === undefined ? [] : argumentList(y, `y of ${where}`);
  const weight = weights === undefined ? [] : [argumentOf(weights, `weights of ${where}`)];
  if (xs.length === 0) throw new EngineError('argument', `${where} takes at least one column as x`);
  if (typeof intercept !== 'boolean')
    throw new EngineError('argument', `intercept of ${where} must be true or false`);
  if (xs.length + ys.length > mostGramColumns)
    throw new EngineError('limit', `${where} takes at most ${mostGramColumns} columns`);
  const names = [...(intercept ? ['(Intercept)'] : []), ...xs.map(nameOf)];
  const fields = [
    `x: ${intercept ? '1, ' : ''}${printArguments(xs)}`,
    ...(ys.length > 0 ? [`y: ${printArguments(ys)}`] : []),
    ...(weight.length > 0 ? [`weights: ${printArguments(weight)}`] : []),
  ];
  return readyFold({
    label: `crossprod(${fields.join('; ')})`,
    parts: [
      {
        kind: 'native',
        name: 'crossprod',
        args: [...xs, ...ys, ...weight],
        takes: ['number or bool'],
        params: [intercept ? 1 : 0, weight.length],
      },
    ],
    fromStates([state]) {
      const gram = decodeGram(state!);
      const left = names.map((_, i) => i);
      const right = ys.map((_, i) => names.length + i);
      const { rows, skipped, sumWeights } = gram;
      const result: Crossprod = { xtx: gramBlock(gram, left, left), names, rows, skipped, sumWeights };
      if (ys.length === 0) return result as ResultOf<O>;
      const responses: CrossprodWithResponses = {
        ...result,
        xty: gramBlock(gram, left, right),
        yty: gramBlock(gram, right, right),
        responses: ys.map(nameOf),
      };
      return responses as Crossprod as ResultOf<O>;
    },
  });
}
