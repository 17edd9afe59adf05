/** The ready fold `count`: rows, or the rows where something has a value. */
import { argumentOf, printArguments } from './fold-arguments.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/**
 * Number of rows; with a column or expression, of those where it is not null.
 *
 * State: 16 bytes.
 *
 * @example await flights.collectChunked(folds.count())        // => 231083
 * @example await flights.collectChunked(folds.count('delay')) // rows with a delay
 */
export function count(): ReadyFold<number, never>;
export function count<const A extends FoldArgument>(of: A): ReadyFold<number, NamesOf<A>>;
export function count(of?: FoldArgument): ReadyFold<number> {
  const args = of === undefined ? [] : [argumentOf(of, 'folds.count')];
  return readyFold({
    label: `count(${printArguments(args)})`,
    parts: [{ kind: 'native', name: 'count', args, takes: ['any'], params: [] }],
    fromStates: ([state]) => Number(new DataView(state!.buffer, state!.byteOffset).getBigUint64(0, true)),
  });
}
