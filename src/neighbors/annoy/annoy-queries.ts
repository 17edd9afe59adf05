/** The queries of a search through an Annoy index: rows from anywhere, one vector, or the index's own items. */
import { EngineError } from '../../base/engine-error.js';
import type { NativeAnnoy } from '../../native/annoy.js';
import type { KnownInput } from '../points-input.js';
import { knownInput, resolveKnown, shapeOfInput } from '../points-input.js';
import { denseOfArrays } from '../points-of-rows.js';
import type { KnownSearch } from '../search-options.js';
import { memoryOf } from '../search-options.js';
import type { OpenedQueries } from '../search-reference.js';
import type { AnnoyQuery } from './annoy-search-options.js';

/** What searches need to know of an index. */
export interface SearchedAnnoy {
  readonly file: NativeAnnoy;
  readonly label: string;
  readonly path: string;
}

/**
 * @param query undefined: the items themselves
 * @throws EngineError `argument` for queries of other columns, or `excludeSelf` where there is no self
 */
export async function openAnnoyQueries(
  { file, label }: SearchedAnnoy,
  query: AnnoyQuery | undefined,
  excludeSelf: boolean | undefined,
  search: KnownSearch,
): Promise<OpenedQueries> {
  if (query === undefined) {
    return {
      points: null,
      rows: file.items,
      excludeSelf: excludeSelf ?? true,
      files: [],
      close: async () => undefined,
    };
  }
  if (excludeSelf === true) {
    throw new EngineError(
      'argument',
      'excludeSelf leaves an item out of its own neighbours, and the query is not the index; leave query out, or excludeSelf',
      { detail: { option: 'excludeSelf' } },
    );
  }
  const known = knownQuery(query);
  const { cols, label: found } = shapeOfInput(known);
  if (cols !== file.dimension) {
    throw new EngineError(
      'argument',
      `the query (${found}) has ${String(cols)} columns, the index (${label}) has ${String(file.dimension)}`,
      { detail: { query: cols, reference: file.dimension } },
    );
  }
  const { threads, signal } = search;
  const how = { memory: memoryOf(search), threads, signal };
  const resolved = await resolveKnown(known, 'the query', how);
  const { points, rows, files } = resolved;
  return { points, rows, excludeSelf: false, files, close: () => resolved.close() };
}

function knownQuery(query: AnnoyQuery): KnownInput {
  if (query instanceof Float32Array || query instanceof Float64Array) {
    return knownInput({ data: query, rows: 1, cols: query.length }, 'the query');
  }
  if (Array.isArray(query) && query.length > 0 && !Array.isArray(query[0])) {
    return { kind: 'dense', dense: denseOfArrays([query as readonly number[]], 'the query') };
  }
  return knownInput(query, 'the query');
}

/** How many neighbours each query gets. @throws EngineError `argument` for more than there are */
export function neighborsOf(
  { file, label }: SearchedAnnoy,
  k: number | undefined,
  excludeSelf: boolean,
): number {
  const most = excludeSelf ? file.items - 1 : file.items;
  if (k === undefined) return Math.max(1, Math.min(10, most));
  if (k <= most) return k;
  const without = excludeSelf ? ', and an item is none of its own neighbours' : '';
  const count = `${String(file.items)} ${file.items === 1 ? 'item' : 'items'}`;
  throw new EngineError(
    'argument',
    `k is ${String(k)}, but the index (${label}) has ${count}${without}; at most ${String(most)} will do`,
    { detail: { k, rows: file.items } },
  );
}
