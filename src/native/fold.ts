/** Folds outside of queries: states of the engine's folds merged, and updated with columns, at once. */
import type { ColumnData } from '../data/column.js';
import { addon } from './addon.js';
import { feedColumn } from './feed.js';
import { callNative } from './native-error.js';

/** A fold of the engine and the types of what it sees. */
export interface FoldOfTypes {
  /** As `native/engine/folds.h` lists it. */
  readonly name: string;
  readonly typeIds: readonly number[];
  readonly params: readonly number[];
}

/**
 * The state of all rows that two states saw; an empty one saw none.
 *
 * @throws EngineError `format` for bytes that are no state of this fold
 */
export function mergeFolds(fold: FoldOfTypes, a: Uint8Array, b: Uint8Array): Uint8Array {
  return callNative('merging folds', () => addon().mergeFolds(fold.name, fold.typeIds, fold.params, a, b));
}

/**
 * The state with more rows.
 *
 * @param state an empty one saw none   @param firstRow number of the first row, for folds that tell rows apart
 * @param columns of the fold's types, each of at least `rows` rows
 * @throws EngineError `format` for bytes that are no state of this fold, `argument` for columns that do not fit
 */
export function updateFold(
  fold: FoldOfTypes,
  state: Uint8Array,
  firstRow: number,
  rows: number,
  columns: readonly ColumnData[],
): Uint8Array {
  return callNative('updating a fold', () =>
    addon().updateFold(fold.name, fold.typeIds, fold.params, state, firstRow, rows, columns.map(feedColumn)),
  );
}
