/** The error for a column that a relation does not have. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean, nearNames } from '../base/near-names.js';

/**
 * `no column "tmie"; did you mean "time"? columns are day, time, delay`.
 *
 * @param names the columns there are
 */
export function unknownColumn(name: string, names: readonly string[]): EngineError {
  return new EngineError('plan', `no column ${JSON.stringify(name)}${didYouMean(name, names, 'columns')}`, {
    detail: { column: name, near: nearNames(name, names), columns: names },
  });
}
