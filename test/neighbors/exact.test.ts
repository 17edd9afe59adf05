/** Searches against plain loops, and radius searches against knn. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWithinRadius, knn, radiusSearch } from 'spillway';
import type { Metric } from 'spillway';

import { naiveDistances } from './naive-search.js';
import { metrics, problem } from './search-problems.js';

const scale = (metric: Metric, values: readonly number[]): number =>
  metric === 'cosine' ? 1 : Math.max(1e-300, ...values.map(Math.abs));

const name = (metric: Metric): string =>
  typeof metric === 'string' ? metric : `minkowski ${String(metric.minkowski)}`;

test.each(metrics.map((metric) => [name(metric), metric] as const))(
  '%s is what the plain formula gives',
  async (_, metric) => {
    await fc.assert(
      fc.asyncProperty(problem(metric), async ({ rows, query, k }) => {
        const { index, distance } = await knn(rows, { query, k, metric });
        for (const [i, x] of query.entries()) {
          const plain = naiveDistances(metric, x, rows);
          const tolerance =
            (metric === 'haversine' ? 1e-6 : 1e-11) * scale(metric, plain) +
            (metric === 'innerProduct' ? 1e-9 : 0);
          const sorted = plain.toSorted((a, b) => a - b);
          for (let j = 0; j < k; j++) {
            const row = index[i * k + j]!;
            expect(Math.abs(distance[i * k + j]! - plain[row]!)).toBeLessThanOrEqual(tolerance);
            expect(Math.abs(distance[i * k + j]! - sorted[j]!)).toBeLessThanOrEqual(tolerance);
            if (j === 0) continue;
            // In order of (distance, row), and so no row twice.
            const [before, now] = [distance[i * k + j - 1]!, distance[i * k + j]!];
            expect(before < now || (before === now && index[i * k + j - 1]! < row)).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  },
);

test.each(metrics.map((metric) => [name(metric), metric] as const))(
  '%s: a radius finds what knn finds up to it',
  async (_, metric) => {
    await fc.assert(
      fc.asyncProperty(problem(metric), fc.nat(), async ({ rows, query }, pick) => {
        const all = await knn(rows, { query, k: rows.length, metric });
        const radius = all.distance[pick % all.distance.length]!;
        const found = await radiusSearch(rows, { query, radius, metric });
        expect(await countWithinRadius(rows, { query, radius, metric })).toEqual(
          Uint32Array.from(query, (__, i) => found.offset[i + 1]! - found.offset[i]!),
        );
        const near = (values: ArrayLike<number>): number[] =>
          Array.from(values).filter((__, at) => all.distance[at]! <= radius);
        expect([...found.index]).toEqual(near(all.index));
        expect([...found.distance]).toEqual(near(all.distance));
      }),
      { numRuns: 25 },
    );
  },
);
