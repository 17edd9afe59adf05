/** Keys of shards as users see them: values in JavaScript's types, intervals, buckets; as labels; and back to the shard. */
import type { PhysicalValue } from '../../data/compare-values.js';
import { dateFromDays, dateText, timestampMillis, timestampText } from '../../data/policy.js';
import type { LiteralValue } from '../../data/literal.js';
import type { DataType } from '../../data/types.js';
import { isFloat } from '../../data/types.js';
import { toPhysical } from '../../expr/literal-type.js';
import type { ShardEntry, ShardLayout } from '../../storage/shards/shard-layout.js';
import { nullShard } from '../../storage/shards/shard-layout.js';

/**
 * A value as users get it: a Date for dates and for timestamps of whole milliseconds, ISO text for finer ones; integers
 * beyond 2^53 as bigint. Nothing is rounded.
 */
export function keyValue(value: PhysicalValue, type: DataType): unknown {
  if (type.kind === 'date' && typeof value === 'number') {
    const date = dateFromDays(value);
    return Number.isNaN(date.getTime()) ? dateText(value) : date;
  }
  if (type.kind === 'timestamp' && typeof value === 'bigint') {
    try {
      return new Date(timestampMillis(value, type.unit, '', 0));
    } catch {
      return timestampText(value, type.unit);
    }
  }
  return value;
}

/** The key of a shard as an object, `{ origin: 'SFO' }`. */
export function keyOf(layout: ShardLayout, shard: ShardEntry): Readonly<Record<string, unknown>> {
  const nulls = nullShard(layout) === shard.number;
  if (layout.method === 'hash') return Object.freeze({ bucket: nulls ? null : shard.number });
  const entries = layout.by.map((name, i): [string, unknown] => {
    const { type } = layout.schema.field(name)!;
    if (layout.method === 'level') return [name, keyValue(shard.key[i] ?? null, type)];
    if (nulls) return [name, null];
    const limit = (at: number): unknown => keyValue(layout.bounds[at] ?? null, type);
    return [name, Object.freeze({ from: limit(shard.number - 1), to: limit(shard.number) })];
  });
  // Properties are defined one by one, so that a column named __proto__ is one of them.
  return Object.freeze(Object.fromEntries(entries));
}

/** `origin = "SFO"`, `delay in [10, 20)`, `bucket 3`: a shard as messages name it. */
export function labelOf(layout: ShardLayout, shard: ShardEntry): string {
  const nulls = nullShard(layout) === shard.number;
  if (layout.method === 'hash') return nulls ? 'bucket of nulls' : `bucket ${shard.number}`;
  return layout.by
    .map((name, i) => {
      const { type } = layout.schema.field(name)!;
      if (layout.method === 'level') return `${name} = ${textOf(shard.key[i] ?? null, type)}`;
      if (nulls) return `${name} = null`;
      const from = layout.bounds[shard.number - 1];
      const to = layout.bounds[shard.number];
      const open = from === undefined ? '(…' : `[${textOf(from, type)}`;
      return `${name} in ${open}, ${to === undefined ? '…' : textOf(to, type)})`;
    })
    .join(', ');
}

function textOf(value: PhysicalValue, type: DataType): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (type.kind === 'date') return dateText(Number(value));
  if (type.kind === 'timestamp') return timestampText(BigInt(value), type.unit);
  return String(value);
}

/** What a user gave as the value of a key, as the engine holds it; undefined for what the type cannot hold. */
export function physicalOf(value: unknown, type: DataType): PhysicalValue | undefined {
  if (value === null) return null;
  if (isFloat(type) && typeof value === 'number') return value === 0 ? 0 : value;
  const literal = literalOf(value);
  if (literal === undefined) return undefined;
  try {
    const physical = toPhysical(literal, type);
    return physical instanceof Date ? undefined : physical;
  } catch {
    return undefined;
  }
}

function literalOf(value: unknown): LiteralValue | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return value;
    default:
      return value instanceof Date ? value : undefined;
  }
}

/** A text that is equal for equal keys only. */
export function keyText(key: readonly PhysicalValue[]): string {
  return JSON.stringify(key.map((value) => (value === null ? null : `${kindOf(value)}${String(value)}`)));
}

function kindOf(value: PhysicalValue): string {
  if (typeof value === 'string') return 's';
  return typeof value === 'boolean' ? 'b' : 'n';
}
