/** Type names as text, as `cast` takes them: `int32`, `timestamp(ms)`, `timestamp(us, Europe/Vienna)`. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import type { DataType, TimeUnit } from '../data/types.js';
import * as types from '../data/types.js';

const plain: ReadonlyMap<string, DataType> = new Map(types.plainTypes.map((type) => [type.kind, type]));
const TIMESTAMP = /^timestamp\((s|ms|us|ns)(?:, *([^()]+))?\)$/;
const VALID = [...plain.keys(), 'timestamp(ms)', 'timestamp(us, UTC)'];

/**
 * The type that a text names.
 *
 * @throws EngineError `type` with near names
 * @example parseTypeName('timestamp(ms)') // => { kind: 'timestamp', unit: 'ms' }
 */
export function parseTypeName(text: string): DataType {
  const known = plain.get(text);
  if (known !== undefined) return known;
  const match = TIMESTAMP.exec(text);
  if (match !== null) return types.timestamp(match[1] as TimeUnit, match[2]);
  if (text === 'timestamp')
    throw new EngineError('type', `a timestamp has a unit: write 'timestamp(ms)', or s, us, ns`);
  throw new EngineError('type', `no type ${JSON.stringify(text)}${didYouMean(text, VALID, 'types')}`);
}
