/** Sums of products made row by row in pairs, as an engine makes them. */
import type { WeightedGram } from '../../../src/folds/linear/decode-gram.js';
import { Pair } from '../../../src/folds/linear/pair.js';

export function summedGram(columns: readonly (readonly number[])[]): WeightedGram {
  const sums = columns.flatMap((a, i) =>
    columns.slice(i).map((b) => a.reduce((sum, value, r) => sum.addProduct(value, 0, b[r]!, 0), new Pair())),
  );
  return {
    size: columns.length,
    high: Float64Array.from(sums, (sum) => sum.high),
    low: Float64Array.from(sums, (sum) => sum.low),
    rows: columns[0]!.length,
    skipped: 0,
    sumWeights: columns[0]!.length,
  };
}
