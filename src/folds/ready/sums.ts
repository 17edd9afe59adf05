/** The ready fold `sums`: integers exactly, floats to the last bit. */
import { EngineError } from '../../base/engine-error.js';
import { Pair } from '../linear/pair.js';
import { foldOptions, namedArguments, printArguments } from './fold-arguments.js';
import type { FoldArgument, FoldRecord, KeysOf, NamesOf } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/** How sums of integers come out. */
export interface SumsOptions {
  /** `number` (default): an error beyond 2^53; `bigint`: always exact, also beyond 64 bits. */
  readonly int64?: 'number' | 'bigint';
}

type SumOf<O> = (O extends { readonly int64: 'bigint' } ? number | bigint : number) | null;

const where = 'folds.sums';

/**
 * Sums of columns or expressions by name; null where there is no value. Nulls are left out, each column for itself; true
 * counts as 1.
 *
 * Integers are summed exactly in 128 bits. Floats are summed in pairs (about 106 bits) and rounded once, so that the sum
 * does not depend on threads or batches. State: 40 bytes a column.
 *
 * @throws EngineError `data` for a sum of integers beyond 2^53, unless `int64: 'bigint'`
 * @example await flights.collectChunked(folds.sums('distance', 'delay'))          // => { distance: 1, delay: 2 }
 * @example await flights.collectChunked(folds.sums({ km: col('distance').mul(1.609) }))
 */
export function sums<const M extends FoldRecord, const O extends SumsOptions = object>(
  columns: M,
  options?: O,
): ReadyFold<{ readonly [K in keyof M]: SumOf<O> }, NamesOf<M[keyof M]>>;
export function sums<const A extends readonly [FoldArgument, ...FoldArgument[]]>(
  ...columns: A
): ReadyFold<{ readonly [K in KeysOf<A>]: SumOf<object> }, NamesOf<A[number]>>;
export function sums<const A extends readonly [FoldArgument, ...FoldArgument[]], const O extends SumsOptions>(
  ...columns: [...A, O]
): ReadyFold<{ readonly [K in KeysOf<A>]: SumOf<O> }, NamesOf<A[number]>>;
export function sums(...values: readonly unknown[]): ReadyFold<unknown> {
  const { named, options } = namedArguments(values, where);
  const { int64 = 'number' } = foldOptions(options, ['int64'], where);
  if (int64 !== 'number' && int64 !== 'bigint')
    throw new EngineError('argument', `int64 of ${where} must be 'number' or 'bigint'`);
  return readyFold({
    label: `sums(${printArguments(named.map(({ expr }) => expr))})`,
    parts: named.map(({ expr }) => ({
      kind: 'native',
      name: 'sums',
      args: [expr],
      takes: ['number or bool'],
      params: [],
    })),
    fromStates: (states) =>
      Object.fromEntries(named.map(({ name }, i) => [name, sumOf(states[i]!, name, int64)])),
  });
}

function sumOf(state: Uint8Array, name: string, int64: 'number' | 'bigint'): number | bigint | null {
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  if (view.getBigUint64(8, true) === 0n) return null;
  if (view.getUint32(4, true) === 1) {
    return new Pair(view.getFloat64(24, true), view.getFloat64(32, true)).value();
  }
  const sum = (view.getBigInt64(32, true) << 64n) + view.getBigUint64(24, true);
  if (int64 === 'bigint') return sum;
  const number = Number(sum);
  if (Number.isSafeInteger(number)) return number;
  throw new EngineError(
    'data',
    `the sum of ${JSON.stringify(name)} is ${String(sum)}, not a safe JavaScript number; ` +
      `ask for it exactly: folds.sums(…, { int64: 'bigint' })`,
    { detail: { column: name, value: String(sum) } },
  );
}
