/** The ready fold `topK`: the rows greatest or least in something. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { Table } from '../../data/table.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { argumentOf, foldOptions, nameOf, namedArguments } from './fold-arguments.js';
import { readKeptRows } from './kept-rows.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';
import { StateReader, unitOf } from './state-reader.js';

export interface TopKOptions<C extends FoldArgument = FoldArgument> {
  /** What else is kept of each row. */
  readonly columns?: readonly C[];
  /** `desc` (default): the greatest; `asc`: the least. */
  readonly order?: 'asc' | 'desc';
}

/**
 * The `k` rows greatest (or least) in `by`, in that order, as a table of `by` and `columns`.
 *
 * `by` may be of any type; NaN is the greatest number, text compares by its bytes. Rows where it is null are left out;
 * nulls in other columns are kept. Ties go to the earlier row; among rows from different sources to the one combined
 * first. State: at most 2 k rows.
 *
 * @throws EngineError `argument` for k below 1 or two columns of one name
 * @example await flights.collectChunked(folds.topK('delay', 3, { columns: ['origin', 'date'] })) // Table of 3 rows
 */
export function topK<const A extends FoldArgument, const C extends FoldArgument = never>(
  by: A,
  k: number,
  options: TopKOptions<C> = {},
): ReadyFold<Table, NamesOf<A | C>> {
  const where = 'folds.topK';
  const { columns, order } = foldOptions(options, ['columns', 'order'], where);
  if (order !== undefined && order !== 'asc' && order !== 'desc')
    throw new EngineError('argument', `order of ${where} is 'asc' or 'desc'`, {
      detail: { option: 'order' },
    });
  const rank = { name: nameOf(argumentOf(by, where)), expr: argumentOf(by, where) };
  const payload = keptColumns(columns, where).filter(({ name }) => name !== rank.name);
  const kept = [rank, ...payload];
  const limit = checkWhole(`k of ${where}`, k, 1, 2 ** 32 - 1);
  const descending = order === 'asc' ? 0 : 1;
  return readyFold({
    label: `topK(${kept.map(({ name }) => name).join(', ')}; ${String(limit)} ${descending === 1 ? 'desc' : 'asc'})`,
    parts: [
      {
        kind: 'native',
        name: 'topK',
        args: kept.map(({ expr }) => expr),
        takes: ['any'],
        params: (types) => [limit, descending, ...types.map(unitOf)],
      },
    ],
    fromStates([state]) {
      const reader = new StateReader('topK', state!);
      reader.version(1);
      reader.u64(); // k
      reader.u8(); // order
      reader.u64(); // rows
      reader.u64(); // skipped
      return readKeptRows(
        reader,
        kept.map(({ name }) => name),
        'kept',
      );
    },
  });
}

/** The option `columns`: a list of columns and expressions, none of them twice. */
export function keptColumns(columns: unknown, where: string): ReturnType<typeof namedArguments>['named'] {
  if (columns === undefined) return [];
  if (!Array.isArray(columns))
    throw new EngineError('argument', `columns of ${where} is a list of columns and expressions`, {
      detail: { option: 'columns' },
    });
  return columns.length === 0 ? [] : namedArguments(columns, `columns of ${where}`).named;
}
