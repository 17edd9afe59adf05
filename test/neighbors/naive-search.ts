/** Exact search as it is defined: every pair, the plain formula, sorted; for comparison. */
import type { Metric } from 'spillway';

export type Rows = readonly (readonly number[])[];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const dot = (x: readonly number[], y: readonly number[]): number => sum(x.map((value, j) => value * y[j]!));

/** Metres on a sphere. */
function haversine([lat1, lon1]: readonly number[], [lat2, lon2]: readonly number[]): number {
  const rad = Math.PI / 180;
  const half = (a: number): number => Math.sin((a * rad) / 2) ** 2;
  const h = half(lat2! - lat1!) + Math.cos(lat1! * rad) * Math.cos(lat2! * rad) * half(lon2! - lon1!);
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** The plain formula; it may differ from ours by roundings. */
export function naiveDistance(metric: Metric, x: readonly number[], y: readonly number[]): number {
  const differences = x.map((value, j) => Math.abs(value - y[j]!));
  if (typeof metric === 'object')
    return sum(differences.map((d) => d ** metric.minkowski)) ** (1 / metric.minkowski);
  switch (metric) {
    case 'euclidean':
      return Math.sqrt(sum(differences.map((d) => d * d)));
    case 'sqeuclidean':
      return sum(differences.map((d) => d * d));
    case 'cosine':
      return 1 - dot(x, y) / (Math.sqrt(dot(x, x)) * Math.sqrt(dot(y, y)));
    case 'innerProduct':
      return -dot(x, y);
    case 'manhattan':
      return sum(differences);
    case 'chebyshev':
      return Math.max(...differences);
    case 'hamming':
      return differences.filter((d) => d !== 0).length;
    case 'jaccard': {
      const either = x.filter((value, j) => value !== 0 || y[j] !== 0).length;
      const both = x.filter((value, j) => value !== 0 && y[j] !== 0).length;
      return either === 0 ? 0 : 1 - both / either;
    }
    case 'haversine':
      return haversine(x, y);
  }
}

/** Distances from a query to every row. */
export function naiveDistances(metric: Metric, query: readonly number[], rows: Rows): number[] {
  return rows.map((row) => naiveDistance(metric, query, row));
}
