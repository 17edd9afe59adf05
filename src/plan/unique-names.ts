/** The check that no name is given twice. */
import { EngineError } from '../base/engine-error.js';

/**
 * @param what what is named, for the message: `column`, `key`
 * @throws EngineError `plan` naming the one given twice
 */
export function uniqueNames(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new EngineError('plan', `the ${what} ${JSON.stringify(name)} is given twice; names must differ`, {
        detail: { column: name },
      });
    }
    seen.add(name);
  }
}
