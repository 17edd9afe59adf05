/** The options of fits: what all of them share with the terminals of a query, and that nothing else is given. */
import { EngineError } from '../../base/engine-error.js';
import { runOptionNames } from '../../exec/run-option-names.js';
import type { RunOptions } from '../../exec/run-options.js';
import { foldOptions } from '../ready/fold-arguments.js';

/** Options of a run that a fit takes beside its own. */
export type FitOptions = Omit<RunOptions, 'int64' | 'dates' | 'batchRows'>;

/** Options that say how rows come out; a fit gives none. */
const ofRows: readonly string[] = ['int64', 'dates', 'batchRows'];
const names: readonly string[] = runOptionNames.filter((name) => !ofRows.includes(name));

/**
 * The options of a fit as given.
 *
 * @param own those of the fit itself
 * @throws EngineError `argument` for none at all, or for one that is not known, with near names
 */
export function fitOptions(
  given: unknown,
  own: readonly string[],
  where: string,
): Readonly<Record<string, unknown>> {
  if (given === undefined)
    throw new EngineError(
      'argument',
      `${where} takes what to fit: ${where}(source, { y: 'delay', x: ['distance'] })`,
    );
  return foldOptions(given, [...own, ...names], where);
}

/** Those among them that a run takes. */
export function runOptions(given: Readonly<Record<string, unknown>>): FitOptions {
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
}
