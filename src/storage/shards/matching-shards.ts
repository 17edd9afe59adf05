/** Which shards can hold a row that meets conditions on their keys. */
import { compareValues } from '../../data/compare-values.js';
import type { PhysicalValue } from '../../data/compare-values.js';
import type { ScanPredicate } from '../../data/doors.js';
import type { ShardEntry, ShardLayout } from './shard-layout.js';
import { nullShard, placeAmong } from './shard-layout.js';

/** Shard of keys under the method `hash`; a key is one value per key column. */
export type HashShard = (key: readonly PhysicalValue[]) => number;

type Test = (shard: ShardEntry) => boolean;

/** Combinations of values of several hashed columns that are looked up, at most. */
const mostHashed = 4096;

/**
 * The shards that conditions leave, in the layout's order; undefined when they say nothing of the keys. A shard left out
 * holds no row that meets all conditions; one that is kept may hold none either.
 */
export function matchingShards(
  layout: ShardLayout,
  predicates: readonly ScanPredicate[],
  hashShard: HashShard,
): readonly ShardEntry[] | undefined {
  const tests = predicates.flatMap((predicate) => testsOf(layout, predicate));
  if (layout.method === 'hash') tests.push(...hashTests(layout, predicates, hashShard));
  if (tests.length === 0) return undefined;
  return layout.shards.filter((shard) => tests.every((test) => test(shard)));
}

function testsOf(layout: ShardLayout, predicate: ScanPredicate): readonly Test[] {
  if (predicate.column === layout.shardColumn) return [(shard) => meets(shard.number, predicate)];
  const at = layout.by.indexOf(predicate.column);
  if (at < 0) return [];
  const nulls = nullShard(layout);
  switch (layout.method) {
    case 'level':
      return [(shard) => meets(shard.key[at] ?? null, predicate)];
    case 'range':
    case 'quantile':
      if (predicate.compare === 'isNull') return [(shard) => shard.number === nulls];
      return [(shard) => shard.number !== nulls && intervalMeets(layout.bounds, shard.number, predicate)];
    case 'hash':
      if (layout.by.length > 1) return [];
      if (predicate.compare === 'isNull') return [(shard) => shard.number === nulls];
      return [(shard) => shard.number !== nulls];
  }
}

/** Whether a value meets a condition. */
function meets(value: PhysicalValue, { compare, values }: ScanPredicate): boolean {
  if (compare === 'isNull') return value === null;
  if (value === null) return false;
  if (compare === 'isNotNull') return true;
  const wanted = values as readonly PhysicalValue[];
  const first = wanted[0] ?? null;
  switch (compare) {
    case 'in':
      return wanted.some((candidate) => compareValues(value, candidate) === 0);
    case 'startsWith':
      return typeof value === 'string' && value.startsWith(String(first));
    case 'eq':
      return compareValues(value, first) === 0;
    case 'ne':
      return compareValues(value, first) !== 0;
    case 'lt':
      return compareValues(value, first) < 0;
    case 'le':
      return compareValues(value, first) <= 0;
    case 'gt':
      return compareValues(value, first) > 0;
    case 'ge':
      return compareValues(value, first) >= 0;
  }
}

/** Whether a shard of keys from one bound up to, not including, the next can hold one that meets a condition. */
function intervalMeets(
  bounds: readonly PhysicalValue[],
  number: number,
  { compare, values }: ScanPredicate,
): boolean {
  const wanted = values as readonly PhysicalValue[];
  const first = wanted[0] ?? null;
  const from = number === 0 ? undefined : bounds[number - 1];
  const to = bounds[number];
  const beginsBy = (most: number): boolean => from === undefined || compareValues(from, first) <= most;
  const endsAbove = to === undefined || compareValues(to, first) > 0;
  switch (compare) {
    case 'eq':
    case 'in':
      return wanted.some((value) => placeAmong(bounds, value) === number);
    case 'lt':
      return beginsBy(-1);
    case 'le':
      return beginsBy(0);
    case 'gt':
    case 'ge':
      return endsAbove;
    case 'startsWith':
      return endsAbove && (beginsBy(0) || String(from).startsWith(String(first)));
    case 'ne':
    case 'isNotNull':
      return true;
    case 'isNull':
      return false;
  }
}

/** Where every hashed column is to be one of a few values, so is the shard. */
function hashTests(
  layout: ShardLayout,
  predicates: readonly ScanPredicate[],
  hashShard: HashShard,
): readonly Test[] {
  let keys: readonly (readonly PhysicalValue[])[] = [[]];
  for (const name of layout.by) {
    const predicate = predicates.find(
      ({ column, compare }) =>
        column === name && (compare === 'eq' || compare === 'in' || compare === 'isNull'),
    );
    if (predicate === undefined) return [];
    const values = predicate.compare === 'isNull' ? [null] : (predicate.values as readonly PhysicalValue[]);
    if (keys.length * values.length > mostHashed) return [];
    keys = keys.flatMap((key) => values.map((value) => [...key, value]));
  }
  const numbers = new Set(keys.map(hashShard));
  return [(shard) => numbers.has(shard.number)];
}
