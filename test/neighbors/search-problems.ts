/** Random searches to try: lattices full of ties, and reals far and near; every metric. */
import fc from 'fast-check';
import type { Metric } from 'spillway';

/** All of them. */
export const metrics: readonly Metric[] = [
  'euclidean',
  'sqeuclidean',
  'cosine',
  'innerProduct',
  'manhattan',
  'chebyshev',
  { minkowski: 3 },
  { minkowski: 1.5 },
  'hamming',
  'jaccard',
  'haversine',
];

/** Points on a small lattice, so that ties and equal rows are many; none of zero length. */
function latticeRows(cols: number, least: number, most: number): fc.Arbitrary<number[][]> {
  const row = fc
    .array(fc.integer({ min: -2, max: 2 }), { minLength: cols, maxLength: cols })
    .map((values) => (values.every((value) => value === 0) ? values.map((_, j) => Number(j === 0)) : values));
  return fc.array(row, { minLength: least, maxLength: most });
}

/** Points anywhere, far from each other or close together. */
function realRows(cols: number, least: number, most: number): fc.Arbitrary<number[][]> {
  const value = fc.oneof(
    fc
      .double({ min: -90, max: 90, noNaN: true, noDefaultInfinity: true })
      .map((v) => (Math.abs(v) < 1e-100 ? 1 : v)),
    fc.integer({ min: 1, max: 1000 }).map((i) => 80 + i * 2 ** -40),
  );
  return fc.array(fc.array(value, { minLength: cols, maxLength: cols }), {
    minLength: least,
    maxLength: most,
  });
}

/** Rows, queries of as many columns, and a k that there are rows for. */
export const problem = (metric: Metric): fc.Arbitrary<{ rows: number[][]; query: number[][]; k: number }> =>
  fc
    .integer({ min: metric === 'haversine' ? 2 : 1, max: metric === 'haversine' ? 2 : 9 })
    .chain((cols) =>
      fc.oneof(
        fc.record({ rows: latticeRows(cols, 1, 60), query: latticeRows(cols, 1, 8) }),
        fc.record({ rows: realRows(cols, 1, 60), query: realRows(cols, 1, 8) }),
      ),
    )
    .chain(({ rows, query }) =>
      fc.record({
        rows: fc.constant(rows),
        query: fc.constant(query),
        k: fc.integer({ min: 1, max: rows.length }),
      }),
    );
