/** Every failure is an EngineError with a code from a closed list, so that programs can branch on it. */
import { EngineError, errorCodes } from 'spillway';

const error = new EngineError('plan', 'no column "tmie"; did you mean "time"? columns are day, time, delay');
console.log(error.code, '-', errorCodes[error.code]);
// => plan - the query does not fit the data
