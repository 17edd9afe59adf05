/** The ways to search, by name; for tests, measurements and people who know better than the cost model. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import { searchMethods } from '../native/search-plan.js';

/** `direct` compares every pair and takes everything; `tile`, `scan` and `tree` are faster where they apply. */
export type SearchMethodName = 'direct' | 'tile' | 'tree' | 'scan';

/** @throws EngineError `argument` for a way that this build does not have */
export function knownMethod(given: unknown, what: string): SearchMethodName | undefined {
  if (given === undefined) return undefined;
  const names = searchMethods();
  const found = names.find((name) => name === given);
  if (found !== undefined) return found as SearchMethodName;
  const shown = typeof given === 'string' ? given : typeof given;
  throw new EngineError(
    'argument',
    `${what} knows no method ${JSON.stringify(shown)}${didYouMean(shown, names, 'methods')}`,
    { detail: { option: 'method' } },
  );
}
