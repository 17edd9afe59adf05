/** The data file of shards as a source: the rows of a .vtr, and what conditions on the key say about shard numbers. */
import { formatBytes } from '../../base/byte-size.js';
import type { ImpliedPredicate, ScanPredicate, Source, SourceGrade } from '../../data/doors.js';
import type { HashShard } from './matching-shards.js';
import { matchingShards } from './matching-shards.js';
import type { ShardEntry, ShardLayout } from './shard-layout.js';

/** Longer lists of numbers cost more to test than they save. */
const mostListed = 4096;
/** A number that no shard has. */
const noShard = 2 ** 32 - 1;

/**
 * A source of the rows of all shards, with their numbers, that tells which shards a condition leaves.
 *
 * @param data the .vtr file
 */
export function shardsSource(data: Source, layout: ShardLayout, label: string, hashShard: HashShard): Source {
  const byNumber = new Map(layout.shards.map((shard) => [shard.number, shard]));
  const ascending = [...byNumber.keys()].sort((a, b) => a - b);
  const total = layout.shards.length;

  const matching = (predicates: readonly ScanPredicate[]): readonly ShardEntry[] | undefined => {
    const exact = predicates.find(({ column, compare }) => column === layout.shardColumn && compare === 'eq');
    if (exact === undefined) return matchingShards(layout, predicates, hashShard);
    // One shard's own query: it is looked up, not searched for among what may be a hundred thousand.
    const shard = byNumber.get(Number(exact.values[0]));
    const one = shard === undefined ? [] : [shard];
    return matchingShards({ ...layout, shards: one }, predicates, hashShard) ?? one;
  };

  const implied = (predicates: readonly ScanPredicate[]): ImpliedPredicate | undefined => {
    const matched = matching(predicates);
    if (matched === undefined || matched.length === total) return undefined;
    return {
      predicate: onNumbers(
        layout.shardColumn,
        ascending,
        matched.map((shard) => shard.number),
      ),
      note: `${matched.length.toLocaleString('en-US')} of ${count(total)}`,
    };
  };

  const bytes = data.bytes === undefined ? '' : `, ${formatBytes(data.bytes)}`;
  const grade: SourceGrade = {
    tier: 'shards',
    detail:
      `${label}, ${total.toLocaleString('en-US')} by ${layout.by.join(', ')} (${layout.method}), ` +
      `${layout.rows.toLocaleString('en-US')} rows${bytes}`,
  };
  return {
    label,
    schema: data.schema,
    rows: data.rows,
    bytes: data.bytes,
    grade,
    ...(data.rangeable === undefined ? {} : { rangeable: data.rangeable }),
    ...(data.fingerprint === undefined ? {} : { fingerprint: () => data.fingerprint!() }),
    implied,
    open: (request) => data.open(request),
  };
}

function count(shards: number): string {
  return `${shards.toLocaleString('en-US')} shard${shards === 1 ? '' : 's'}`;
}

/** The tightest single condition that the numbers meet. */
function onNumbers(column: string, all: readonly number[], matched: readonly number[]): ScanPredicate {
  const numbers = [...matched].sort((a, b) => a - b);
  const least = numbers[0];
  const greatest = numbers.at(-1);
  if (least === undefined || greatest === undefined) return { column, compare: 'eq', values: [noShard] };
  if (numbers.length === 1) return { column, compare: 'eq', values: [least] };
  // Distinct numbers out of `all`: as many as there are up to the greatest means exactly those.
  if (all[numbers.length - 1] === greatest) return { column, compare: 'le', values: [greatest] };
  if (all[all.length - numbers.length] === least) return { column, compare: 'ge', values: [least] };
  if (numbers.length <= mostListed) return { column, compare: 'in', values: numbers };
  return { column, compare: 'le', values: [greatest] };
}
