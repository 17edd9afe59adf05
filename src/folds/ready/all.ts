/** The ready fold `all`: several ready folds over the same rows, in one pass. */
import { EngineError } from '../../base/engine-error.js';
import { isRecord } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { needs, ReadyFold } from './ready-fold.js';

/** Ready folds by the names of their results. */
export type FoldsByName = Readonly<Record<string, ReadyFold<unknown>>>;

/** The results of folds by name. */
export type ResultsOf<F extends FoldsByName> = {
  readonly [K in keyof F]: F[K] extends ReadyFold<infer R> ? R : never;
};

type NeedsOf<F extends FoldsByName> = NonNullable<F[keyof F][typeof needs]>;

/**
 * Several ready folds in one pass over the rows (those that sort, `distinct` and `median`, take a pass each). The result
 * has the results by name.
 *
 * @throws EngineError `argument` for no fold or anything that is none
 * @example
 * await flights.collectChunked(folds.all({ rows: folds.count(), delay: folds.moments('delay') }))
 */
export function all<const F extends FoldsByName>(byName: F): ReadyFold<ResultsOf<F>, NeedsOf<F>> {
  if (!isRecord(byName))
    throw new EngineError('argument', 'folds.all takes folds by name: folds.all({ rows: folds.count() })');
  const entries = Object.entries(byName);
  if (entries.length === 0) throw new EngineError('argument', 'folds.all takes at least one fold');
  for (const [name, fold] of entries) {
    // Plain JavaScript may hand in anything.
    const given: unknown = fold;
    if (typeof given !== 'object' || given === null || !('kind' in given) || given.kind !== 'ready')
      throw new EngineError(
        'argument',
        `folds.all: ${JSON.stringify(name)} is no ready fold; folds of your own take a pass each`,
      );
  }
  return readyFold({
    label: `all(${entries.map(([name, fold]) => `${name}: ${fold.label}`).join(', ')})`,
    parts: entries.flatMap(([, fold]) => fold.parts),
    fromStates(states) {
      let at = 0;
      const results = entries.map(([name, fold]) => {
        const own = states.slice(at, at + fold.parts.length);
        at += own.length;
        return [name, fold.fromStates(own)] as const;
      });
      return Object.fromEntries(results) as ResultsOf<F>;
    },
  });
}
