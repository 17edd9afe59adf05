/** What graph functions are asked: the rule of symmetry, the format, the values; checked once. */
import { EngineError } from '../../base/engine-error.js';
import type { EdgeRuleName } from '../../native/graph.js';
import { edgeRuleIds } from '../../native/graph.js';
import type { KnownSearch, SearchOptions } from '../search-options.js';
import { memoryOf, oneOf } from '../search-options.js';
import type { GraphInto } from './graph-destinations.js';
import type { EdgeValues, GraphFormat } from './graph.js';

/**
 * What becomes of the edge i → j beside j → i.
 *
 * `none`: directed, as found. `mutual`: kept if both were found. `union`: if either was. `mean`: either, half the sum, where
 * an edge that was not found counts 0. `max`: either, the larger of those found. `min`: both, the smaller.
 */
export type Symmetrize = EdgeRuleName;

/** `distance`, or 1 for every edge (`one`), or no values at all (`none`). */
export type EdgeValue = 'distance' | 'one' | 'none';

/** The type of the values that a choice of `value` leads to. */
export type ValuesOf<W> = W extends 'none' ? null : Float64Array;

/** Options of every function that makes a graph. */
export interface GraphOptions<F extends GraphFormat, W> extends SearchOptions {
  /** How edges are laid out; `edges` by default. */
  readonly format?: F | undefined;
  /** What is kept with each edge. */
  readonly value?: W | undefined;
  /**
   * Of a graph that is not directed: both i → j and j → i are listed (default; what `dgCMatrix` holds), or only the one with
   * from ≤ to (`once`; in `csc` the upper triangle, what `dsCMatrix` holds).
   */
  readonly pairs?: 'both' | 'once' | undefined;
  /** Matrices to write to, instead of arrays. */
  readonly into?: undefined;
}

/** The same options, for a graph whose edges go to matrices, block by block. */
export type IntoOptions<O> = Omit<O, 'format' | 'into'> & { readonly into: GraphInto };

export const graphOptionNames = ['format', 'value', 'pairs', 'into'] as const;

/** The options, checked. */
export interface KnownGraph {
  readonly format: GraphFormat;
  readonly pairs: 'both' | 'once';
  readonly into: unknown;
}

/** @throws EngineError `argument` */
export function knownGraph(given: Readonly<Record<string, unknown>>): KnownGraph {
  const format = oneOf('format', given['format'] ?? 'edges', ['edges', 'coo', 'csr', 'csc']);
  const pairs = oneOf('pairs', given['pairs'] ?? 'both', ['both', 'once']);
  if (given['into'] !== undefined && format !== 'edges') {
    throw new EngineError(
      'argument',
      `into takes the edges of a graph as three columns; format: '${format}' is for graphs in memory`,
      { detail: { option: 'format' } },
    );
  }
  return { format, pairs, into: given['into'] };
}

/** @throws EngineError `argument` */
export function knownSymmetrize(given: unknown): Symmetrize {
  return oneOf('symmetrize', given ?? 'none', Object.keys(edgeRuleIds) as Symmetrize[]);
}

/** @throws EngineError `argument` for pairs listed once of a graph whose edges have a direction */
export function checkPairs(pairs: 'both' | 'once', directed: boolean): void {
  if (!directed || pairs === 'both') return;
  throw new EngineError(
    'argument',
    `pairs: 'once' is for graphs whose edges go both ways; ask for one with symmetrize: 'mutual', 'union' …`,
    { detail: { option: 'pairs' } },
  );
}

/** Which pairs a format lists, as the engine is asked for them. */
export function listedPairs(
  pairs: 'both' | 'once',
  format: GraphFormat,
): { readonly once: boolean; readonly turned: boolean } {
  return { once: pairs === 'once', turned: format === 'csc' };
}

/** A search with half of the memory that was allowed; the other half is for edges. */
export function halfOf(search: KnownSearch): KnownSearch {
  return search.memory === undefined ? search : { ...search, memory: Math.floor(search.memory / 2) };
}

/** Bytes below which blocks of edges would be too small to be worth a file's while. */
const leastEdgeMemory = 1 << 20;

/** Bytes for edges on their way. */
export function edgeMemory(search: KnownSearch): number {
  return Math.max(leastEdgeMemory, Math.floor(memoryOf(search) / 2));
}

/** The values as their type says, once it is known whether there are any. */
export function valuesAs<W>(values: EdgeValues): ValuesOf<W> {
  return values as ValuesOf<W>;
}
