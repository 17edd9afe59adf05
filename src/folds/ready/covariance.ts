/** The ready fold `covariance`: means and the covariance matrix of several columns. */
import { EngineError } from '../../base/engine-error.js';
import type { Matrix } from '../../data/table.js';
import { decodeGram } from '../linear/decode-gram.js';
import { gramIndex } from '../linear/gram-entry.js';
import { Pair } from '../linear/pair.js';
import { mostGramColumns } from './crossprod.js';
import { argumentsOf, nameOf, printArguments } from './fold-arguments.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/** Means and covariances over the rows without a null. */
export interface Covariance {
  readonly names: readonly string[];
  /** [k × k], of a sample (n − 1); NaN for fewer than two rows. */
  readonly matrix: Matrix;
  /** NaN for no rows. */
  readonly means: Float64Array;
  readonly rows: number;
  /** Rows left out: a null in one of the columns. */
  readonly skipped: number;
}

/**
 * The covariance matrix of columns or expressions, of a sample (n − 1). Rows with a null in any of them are left out and
 * counted.
 *
 * From exact sums of products in pairs of floats: means may be 2^20 times the spread before a digit is lost. State: 64 k²
 * bytes for each thread.
 *
 * @example const { matrix } = await flights.collectChunked(folds.covariance('distance', 'delay'))
 */
export function covariance<const A extends readonly [FoldArgument, ...FoldArgument[]]>(
  ...columns: A
): ReadyFold<Covariance, NamesOf<A[number]>> {
  const args = argumentsOf(columns, 'folds.covariance');
  if (args.length === 0) throw new EngineError('argument', 'folds.covariance takes at least one column');
  if (args.length > mostGramColumns)
    throw new EngineError('limit', `folds.covariance takes at most ${mostGramColumns} columns`);
  return readyFold({
    label: `covariance(${printArguments(args)})`,
    parts: [{ kind: 'native', name: 'crossprod', args, takes: ['number or bool'], params: [1, 0] }],
    fromStates: ([state]) => covarianceOf(state!, args.map(nameOf)),
  });
}

function covarianceOf(state: Uint8Array, names: readonly string[]): Covariance {
  const gram = decodeGram(state);
  const { rows, skipped, size } = gram;
  const sum = (i: number, j: number): Pair => {
    const at = gramIndex(size, i, j);
    return new Pair(gram.high[at], gram.low[at]);
  };
  const k = names.length;
  const data = new Float64Array(k * k).fill(NaN);
  const means = Float64Array.from(names, (_, i) =>
    sum(0, i + 1)
      .divide(rows)
      .value(),
  );
  for (let i = 0; i < k && rows > 1; i++) {
    for (let j = i; j < k; j++) {
      // (Σxy − Σx Σy / n) / (n − 1)
      const x = sum(0, i + 1);
      const y = sum(0, j + 1).divide(rows);
      const centred = sum(i + 1, j + 1)
        .subtractProduct(x.high, x.low, y.high, y.low)
        .value();
      const value = (i === j ? Math.max(0, centred) : centred) / (rows - 1);
      data[i * k + j] = value;
      data[j * k + i] = value;
    }
  }
  return { names, matrix: { data, rows: k, cols: k }, means, rows, skipped };
}
