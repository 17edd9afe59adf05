/** Finding a shard by what a user calls its key: an object as `key` is, or a value. */
import type { PhysicalValue } from '../../data/compare-values.js';
import { compareValues } from '../../data/compare-values.js';
import type { ShardEntry, ShardLayout } from '../../storage/shards/shard-layout.js';
import { nullShard, placeAmong } from '../../storage/shards/shard-layout.js';
import { keyText, physicalOf } from './shard-key.js';

/** Looks shards up; builds its index when first asked. */
export class ShardFinder {
  readonly #layout: ShardLayout;
  #byNumber: ReadonlyMap<number, ShardEntry> | undefined;
  #byKey: ReadonlyMap<string, ShardEntry> | undefined;

  constructor(layout: ShardLayout) {
    this.#layout = layout;
  }

  /** Undefined where there is no shard of that key. */
  find(key: unknown): ShardEntry | undefined {
    const { method } = this.#layout;
    if (method === 'level') return this.#ofLevel(key);
    return method === 'hash' ? this.#ofBucket(key) : this.#ofInterval(key);
  }

  #number(number: number | undefined): ShardEntry | undefined {
    this.#byNumber ??= new Map(this.#layout.shards.map((shard) => [shard.number, shard]));
    return number === undefined ? undefined : this.#byNumber.get(number);
  }

  #ofLevel(key: unknown): ShardEntry | undefined {
    this.#byKey ??= new Map(this.#layout.shards.map((shard) => [keyText(shard.key), shard]));
    const values = this.#layout.by.map((name) => this.#physical(name, this.#part(key, name)));
    return values.every((value) => value !== undefined) ? this.#byKey.get(keyText(values)) : undefined;
  }

  #ofBucket(key: unknown): ShardEntry | undefined {
    const bucket = isRecord(key) && Object.hasOwn(key, 'bucket') ? key['bucket'] : key;
    if (bucket === null) return this.#number(nullShard(this.#layout));
    // The number behind the last bucket is that of nulls, and no bucket.
    return typeof bucket === 'number' && bucket < this.#layout.buckets ? this.#number(bucket) : undefined;
  }

  #ofInterval(key: unknown): ShardEntry | undefined {
    const name = this.#layout.by[0]!;
    const { bounds } = this.#layout;
    const part = this.#part(key, name);
    if (part === null) return this.#number(nullShard(this.#layout));
    if (!isInterval(part)) {
      const value = this.#physical(name, part);
      return value === undefined ? undefined : this.#number(placeAmong(bounds, value));
    }
    const [from, to] = [this.#physical(name, part.from), this.#physical(name, part.to)];
    if (from === undefined || to === undefined) return undefined;
    const number = from === null ? 0 : placeAmong(bounds, from);
    const same = (bound: PhysicalValue | undefined, value: PhysicalValue): boolean =>
      compareValues(bound ?? null, value) === 0;
    return same(bounds[number - 1], from) && same(bounds[number], to) ? this.#number(number) : undefined;
  }

  /** The part of a key that belongs to a column: of an object its property, of a bare value the value. */
  #part(key: unknown, name: string): unknown {
    if (isRecord(key) && Object.hasOwn(key, name)) return key[name];
    return this.#layout.by.length === 1 && (!isRecord(key) || isInterval(key)) ? key : undefined;
  }

  #physical(name: string, value: unknown): PhysicalValue | undefined {
    return physicalOf(value, this.#layout.schema.field(name)!.type);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

function isInterval(value: unknown): value is { readonly from: unknown; readonly to: unknown } {
  return isRecord(value) && Object.hasOwn(value, 'from') && Object.hasOwn(value, 'to');
}
