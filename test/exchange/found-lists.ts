/** Lists of neighbours as Annoy gives them, of as many as it found, and the comparison with a result of ours. */
import { noNeighbor } from 'spillway';
import type { AnnoyMetric, AnnoyResult } from 'spillway';
import { expect } from 'vitest';

/** By query and rank. */
export interface FoundLists {
  readonly index: readonly (readonly number[])[];
  readonly distance: readonly (readonly number[])[];
}

/** By how much two sums of the same floats in another order may differ. */
const tolerance = 1e-5;

/**
 * The same rows in the same order, at the same distances. Where two are as near as rounding leaves open, either may come first.
 * Angular distances are compared by their squares, since that is where Annoy rounds.
 */
export function expectFound(metric: AnnoyMetric, result: AnnoyResult, expected: FoundLists): void {
  const level = (value: number): number => (metric === 'angular' ? value * value : value);
  expect(result.rows).toBe(expected.index.length);
  expected.index.forEach((ids, q) => {
    const found = [...result.index.subarray(q * result.k, (q + 1) * result.k)].filter(
      (id) => id !== noNeighbor,
    );
    const far = expected.distance[q]!.map(level);
    expect(found.length, `neighbours of query ${String(q)}`).toBe(Math.min(ids.length, result.k));
    found.forEach((id, rank) => {
      const given = level(result.distance[q * result.k + rank]!);
      expect(Math.abs(given - far[rank]!), `distance ${String(rank)} of query ${String(q)}`).toBeLessThan(
        tolerance,
      );
      if (id === ids[rank]) return;
      const at = ids.indexOf(id);
      const theirs = at < 0 ? far.at(-1)! : far[at]!;
      expect(Math.abs(theirs - given), `row ${String(id)} for query ${String(q)}`).toBeLessThan(tolerance);
    });
  });
}
