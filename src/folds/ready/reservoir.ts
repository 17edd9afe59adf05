/** The ready fold `reservoir`: a uniform sample of rows. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { Table } from '../../data/table.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { foldOptions, wholeOption } from './fold-arguments.js';
import { readKeptRows } from './kept-rows.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';
import { StateReader, unitOf } from './state-reader.js';
import { keptColumns } from './top-k.js';

export interface ReservoirOptions<C extends FoldArgument = FoldArgument> {
  /** What is kept of each row. */
  readonly columns: readonly C[];
  /** A whole number; another one draws other rows. 0 by default. */
  readonly seed?: number;
}

/**
 * `size` rows drawn without replacement, each as likely as any other, in input order, as a table of `columns`; all rows
 * where there are no more.
 *
 * Rows are drawn by a hash of the seed and their number in the source: the same query gives the same sample under every
 * setting. Sources that number their rows alike (two feeds) are sampled at the same numbers. State: at most 2 `size` rows.
 *
 * @throws EngineError `argument` for a size below 1 or no columns
 * @example await flights.collectChunked(folds.reservoir(1000, { columns: ['delay', 'distance'], seed: 7 })) // Table
 */
export function reservoir<const C extends FoldArgument>(
  size: number,
  options: ReservoirOptions<C>,
): ReadyFold<Table, NamesOf<C>> {
  const where = 'folds.reservoir';
  const limit = checkWhole(`size of ${where}`, size, 1, 2 ** 32 - 1);
  const given = foldOptions(options, ['columns', 'seed'], where);
  const kept = keptColumns(given['columns'], where);
  if (kept.length === 0)
    throw new EngineError('argument', `${where} takes the columns to keep: { columns: ['a', 'b'] }`, {
      detail: { option: 'columns' },
    });
  const most = Number.MAX_SAFE_INTEGER;
  const seed = wholeOption(given, 'seed', { least: 0, most, fallback: 0, where });
  const names = kept.map(({ name }) => name);
  return readyFold({
    label: `reservoir(${names.join(', ')}; ${String(limit)}, seed ${String(seed)})`,
    parts: [
      {
        kind: 'native',
        name: 'reservoir',
        args: kept.map(({ expr }) => expr),
        takes: ['any'],
        params: (types) => [limit, seed, ...types.map(unitOf)],
      },
    ],
    fromStates([state]) {
      const reader = new StateReader('reservoir', state!);
      reader.version(1);
      reader.u64(); // rows wanted
      reader.u64(); // seed
      reader.u64(); // rows
      reader.u64(); // skipped
      return readKeptRows(reader, names, 'input');
    },
  });
}
