/** The choice of how a fold is run, as explain prints it: from the declared algebra and what can be read apart. */
import { expect, test } from 'vitest';
import { printFoldPlan } from '../../src/folds/explain-fold.js';
import type { FoldFacts } from '../../src/folds/fold-plan.js';
import { planFold } from '../../src/folds/fold-plan.js';

const sequential: FoldFacts = {
  kind: 'callbacks',
  combines: false,
  commutative: false,
  checkpoint: false,
  threads: 4,
};
const combining = { ...sequential, combines: true };
const commutative = { ...combining, commutative: true };
const file = { rangeable: { rows: 10_000_000, label: 'flights.vtr' } };
const inModule = { kind: 'module' } as const;
const fewShards = { shards: { count: 10, rows: 10_000_000 } };
const manyShards = { shards: { count: 100_000, rows: 10_000_000 } };

const cases: Readonly<Record<string, FoldFacts>> = {
  'no combine': sequential,
  'no combine, a file': { ...sequential, ...file },
  'no combine, a module': { ...sequential, ...file, ...inModule },
  combine: { ...combining, breaker: 'sort' },
  'combine, a file': { ...combining, ...file },
  'combine, a module, a file': { ...combining, ...file, ...inModule },
  'combine, a module, a sort': { ...combining, ...inModule, breaker: 'sort' },
  'combine, a module, a small file': {
    ...combining,
    ...inModule,
    rangeable: { rows: 1000, label: 'small.vtr' },
  },
  'commutative, a file': { ...commutative, ...file },
  'commutative, a module, a file': { ...commutative, ...file, ...inModule },
  'commutative, a file, a checkpoint': { ...commutative, ...file, checkpoint: true },
  'combine, few shards': { ...combining, ...file, ...fewShards },
  'combine, many shards': { ...combining, ...file, ...manyShards },
  'combine, many shards that have no file': { ...combining, ...manyShards },
  'commutative, a module, few shards': { ...commutative, ...file, ...inModule, ...fewShards },
  ready: { ...commutative, ...file, kind: 'ready' },
  'ready, a checkpoint': { ...commutative, ...file, kind: 'ready', checkpoint: true },
  'ready, by sort': { ...sequential, ...file, kind: 'ready' },
};

test('the algebra and the rows pick the plan', () => {
  const printed = Object.entries(cases).map(
    ([name, facts]) => `— ${name}\n${printFoldPlan('fold', planFold(facts))}`,
  );
  expect(printed.join('\n')).toMatchInlineSnapshot(`
    "— no combine
    fold: one sequential pass in this thread
    because no combine is declared, so one accumulator sees all batches in order
    memory ∝ one accumulator
    sequential fold: one pass, O(n), which cannot be split
    — no combine, a file
    fold: one sequential pass in this thread
    because no combine is declared, so one accumulator sees all batches in order
    memory ∝ one accumulator
    sequential fold: one pass, O(n), which cannot be split
    — no combine, a module
    fold: one sequential pass in a worker thread
    because no combine is declared, so one accumulator sees all batches in order; in a worker, which leaves this thread free
    memory ∝ one accumulator
    sequential fold: one pass, O(n), which cannot be split
    — combine
    fold: one sequential pass in this thread
    because combine is declared, but sort gives one stream, so it is folded in one go
    memory ∝ one accumulator
    monoid fold: one pass, O(n)
    — combine, a file
    fold: partial folds over 10 ranges, merged in order, in this thread, 2 at a time
    because combine is declared: ranges of 1,048,576 rows of flights.vtr are folded apart; merged in order
    memory ∝ 2 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — combine, a module, a file
    fold: partial folds over 10 ranges, merged in order, in worker threads, 4 at a time
    because combine is declared: ranges of 1,048,576 rows of flights.vtr are folded apart; merged in order
    memory ∝ 4 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — combine, a module, a sort
    fold: partial folds over segments, merged in order, in worker threads, 4 at a time
    because combine is declared: sort gives one stream; its segments are folded apart; merged in order
    memory ∝ 4 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — combine, a module, a small file
    fold: partial folds over 1 range, merged in order, in worker threads
    because combine is declared: ranges of 1,048,576 rows of small.vtr are folded apart; merged in order
    memory ∝ 1 accumulator and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — commutative, a file
    fold: partial folds over 10 ranges, merged as they finish, in this thread, 2 at a time
    because combine is declared: ranges of 1,048,576 rows of flights.vtr are folded apart; commutative: merged as they finish
    memory ∝ 2 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — commutative, a module, a file
    fold: partial folds over 10 ranges, merged as they finish, in worker threads, 4 at a time
    because combine is declared: ranges of 1,048,576 rows of flights.vtr are folded apart; commutative: merged as they finish
    memory ∝ 4 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — commutative, a file, a checkpoint
    fold: partial folds over 10 ranges, merged in order, in this thread
    because combine is declared: ranges of 1,048,576 rows of flights.vtr are folded apart; merged in order for the checkpoint
    memory ∝ 1 accumulator and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — combine, few shards
    fold: partial folds over 10 shards, merged in order, in this thread, 2 at a time
    because combine is declared: each shard is folded apart; merged in order
    memory ∝ 2 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — combine, many shards
    fold: partial folds over 10 ranges, merged in order, in this thread, 2 at a time
    because combine is declared: ranges of 1,048,576 rows of flights.vtr are folded apart, as the shards are small; merged in order
    memory ∝ 2 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — combine, many shards that have no file
    fold: partial folds over 100,000 shards, merged in order, in this thread, 2 at a time
    because combine is declared: each shard is folded apart; merged in order
    memory ∝ 2 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — commutative, a module, few shards
    fold: partial folds over 10 shards, merged as they finish, in worker threads, 4 at a time
    because combine is declared: each shard is folded apart; commutative: merged as they finish
    memory ∝ 4 accumulators and what is merged
    monoid fold: one pass, O(n), in parts that merge
    — ready
    fold: one pass in the engine
    because the engine folds all rows in one pass on all threads; its states merge in any order
    memory ∝ a state for each thread
    monoid fold: one pass, O(n), in parts that merge
    — ready, a checkpoint
    fold: one pass, range after range, in the engine
    because the engine folds range after range on all threads, with a checkpoint between them
    memory ∝ a state for each thread
    monoid fold: one pass, O(n), in parts that merge
    — ready, by sort
    fold: one pass in the engine
    because it needs all values together, so it is a plan of the engine
    memory ∝ values, which spill
    sort or partition: O(n log n)"
  `);
});

test('what a result may depend on does not depend on threads', () => {
  for (const facts of Object.values(cases)) {
    const plans = [1, 2, 16].map((threads) => planFold({ ...facts, threads }));
    for (const { cut, merge, parts } of plans)
      expect({ cut, merge, parts }).toEqual({
        cut: plans[0]!.cut,
        merge: plans[0]!.merge,
        parts: plans[0]!.parts,
      });
  }
});
