/** The shard of a key, as the engine's writer by hash computes it. */
import { EngineError } from '../base/engine-error.js';
import type { LiteralValue } from '../data/literal.js';
import { ticksOf } from '../data/ticks.js';
import type { DataType } from '../data/types.js';
import { isFloat, typeIds, typeName } from '../data/types.js';
import { addon } from './addon.js';
import { callNative } from './native-error.js';

function plainKey(value: LiteralValue, type: DataType): null | boolean | number | bigint | string {
  if (value === null) return null;
  if (type.kind === 'utf8' && typeof value === 'string') return value;
  if (type.kind === 'bool' && typeof value === 'boolean') return value;
  if (isFloat(type) && (typeof value === 'number' || typeof value === 'bigint')) return Number(value);
  const ticks = ticksOf(value, type);
  if (ticks !== undefined) return type.kind === 'date' ? Number(ticks) : ticks;
  throw new EngineError('internal', `the value ${String(value)} is no key of ${typeName(type)}`);
}

/**
 * The shard of rows whose keys have these values, in a write by hash into so many buckets; `buckets` itself when every
 * key is null. The same for ever (docs/format.md).
 *
 * @param keys value and column type of each key, in the order of the write's `by`
 * @throws EngineError `internal` for a value that is not of its type
 */
export function shardHash(
  keys: readonly { readonly value: LiteralValue; readonly type: DataType }[],
  buckets: number,
): number {
  return callNative('finding a shard', () =>
    addon().shardHash(
      keys.map(({ value, type }) => [typeIds[type.kind], plainKey(value, type)] as const),
      buckets,
    ),
  );
}
