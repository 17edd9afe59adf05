/** Laws of folds: however rows are cut, read and merged, a fold sees each of them once and in order. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Fold, Query } from '../../src/index.js';
import { checkLaws, tbl } from '../../src/index.js';
import { scratchFolder } from '../faults/scratch-folder.js';

interface Row {
  row: number;
  key: number;
}

const folder = scratchFolder();
const path = join(folder, 'rows.vtr');
const rows = 2_300_000;
/** Its square is below 2^53. */
const prime = 67_108_859;
const base = 48_271;

beforeAll(async () => {
  await tbl({
    row: Float64Array.from({ length: rows }, (_, i) => i),
    key: Float64Array.from({ length: rows }, (_, i) => (i * 7919) % 1009),
  }).writeVtr(path, { durability: 'none' });
});

/** A hash of the keys in their order: associative, not commutative, exact. */
interface Rolling {
  readonly hash: number;
  /** `base` to the power of the number of rows. */
  readonly power: number;
  readonly n: number;
}

const inOrder: Fold<Rolling, Rolling, Row> = {
  init: () => ({ hash: 0, power: 1, n: 0 }),
  update(acc, batch) {
    let { hash, power } = acc;
    for (const key of batch.column('key').values as Float64Array) {
      hash = (hash * base + key + 1) % prime;
      power = (power * base) % prime;
    }
    return { hash, power, n: acc.n + batch.numRows };
  },
  combine: (a, b) => ({
    hash: (((a.hash * b.power) % prime) + b.hash) % prime,
    power: (a.power * b.power) % prime,
    n: a.n + b.n,
  }),
};

/** The same in any order. */
const asMultiset: Fold<{ sum: number; n: number }, { sum: number; n: number }, Row> = {
  init: () => ({ sum: 0, n: 0 }),
  update(acc, batch) {
    for (const key of batch.column('key').values as Float64Array) acc.sum += key * key;
    acc.n += batch.numRows;
    return acc;
  },
  combine: (a, b) => ({ sum: a.sum + b.sum, n: a.n + b.n }),
  commutative: true,
};

const sequential = { init: () => inOrder.init(), update: inOrder.update.bind(inOrder) };

/** Different plans over the file: some can be read in ranges, some cannot. */
const plans: Readonly<Record<string, (q: Query<Row>, least: number, modulus: number) => Query<Row>>> = {
  all: (q) => q,
  filtered: (q, least, modulus) => q.filter((r) => r.row.ge(least).and(r.key.mod(modulus).ne(0))),
  computed: (q, least) => q.mutate({ key: (r) => r.key.add(least).mod(101) }),
  sorted: (q, least) => q.filter((r) => r.row.lt(least)).arrange('key'),
  few: (q, least) => q.filter((r) => r.row.ge(least)).head(1000),
  none: (q) => q.filter((r) => r.row.lt(0)),
};

const settings = fc.record({
  plan: fc.constantFrom(...Object.keys(plans)),
  least: fc.integer({ min: 0, max: rows }),
  modulus: fc.integer({ min: 1, max: 4 }),
  threads: fc.constantFrom(1, 2, 4),
  batchRows: fc.constantFrom(1000, 16_384, 65_536, 100_000),
  memory: fc.constantFrom(undefined, '12MB', '64MB'),
});

function query({ plan, least, modulus }: { plan: string; least: number; modulus: number }): Query<Row> {
  return plans[plan]!(tbl<Row>(path), least, modulus);
}

test('collectChunked is the fold over collect()', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(settings, async (setting) => {
      const { threads, batchRows, memory } = setting;
      const options = { threads, batchRows, memory: memory === '12MB' ? `${4 + 2 * threads}MB` : memory };
      const table = await query(setting).collect();
      const wanted = inOrder.update(inOrder.init(), table);
      expect(await query(setting).collectChunked(inOrder, options)).toEqual(wanted);
      expect(await query(setting).collectChunked(sequential, options)).toEqual(wanted);
      const multiset = asMultiset.update(asMultiset.init(), table);
      expect(await query(setting).collectChunked(asMultiset, options)).toEqual(multiset);
    }),
    { numRuns: 12 },
  );
});

test('what goes on from a checkpoint ends as what was not interrupted', { timeout: 120_000 }, async () => {
  const file = join(folder, 'law.checkpoint');
  const combines = fc.boolean();
  await fc.assert(
    fc.asyncProperty(
      settings,
      combines,
      fc.array(fc.nat(40), { maxLength: 3 }),
      async (setting, combine, stops) => {
        rmSync(file, { force: true });
        let left = Number.POSITIVE_INFINITY;
        const stopping = {
          ...(combine ? inOrder : sequential),
          update(acc: Rolling, batch: Parameters<typeof inOrder.update>[1]) {
            if ((left -= 1) < 0) throw new Error('stopped');
            return inOrder.update(acc, batch);
          },
        };
        const options = { checkpoint: { path: file, everyRows: 1 } };
        const wanted = await query(setting).collectChunked(stopping);
        for (const stop of stops) {
          left = stop;
          await query(setting)
            .collectChunked(stopping, options)
            .catch((error: unknown) => {
              expect(String(error)).toContain('stopped');
            });
        }
        left = Number.POSITIVE_INFINITY;
        expect(await query(setting).collectChunked(stopping, options)).toEqual(wanted);
      },
    ),
    { numRuns: 12 },
  );
});

test('a fold of shards is the fold of all rows', { timeout: 60_000 }, async () => {
  const some = tbl<Row>(path).filter((r) => r.row.lt(600_000));
  const wanted = await some.collectChunked(asMultiset);
  for (const modulus of [4, 5000]) {
    await using shards = await some
      .mutate({ group: (r) => r.row.mod(modulus) })
      .offload({ by: 'group', durability: 'none' });
    expect(await shards.collectChunked(asMultiset)).toEqual(wanted);
    const { n } = await shards.collectChunked(inOrder);
    expect(n).toBe(600_000);
  }
});

test('the folds of these tests keep their laws', async () => {
  await checkLaws(tbl<Row>(path), inOrder, { tolerance: 0 });
  await checkLaws(tbl<Row>(path), asMultiset, { tolerance: 0 });
});
