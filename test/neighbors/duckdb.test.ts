/** Searches against DuckDB, for the metrics that it has. */
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knn } from 'spillway';

import { problem } from './search-problems.js';

let instance: DuckDBInstance;
let oracle: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  oracle = await instance.connect();
});
afterAll(() => {
  oracle.closeSync();
  instance.closeSync();
});

const literal = (row: readonly number[]): string => `'[${row.join(', ')}]'::double[]`;

/** The k nearest by DuckDB: row and distance, by (distance, row). */
async function byDuckDb(distance: string, query: readonly number[], k: number): Promise<[number, number][]> {
  const sql = `select i, ${distance}(v, ${literal(query)}) as d from t order by d, i limit ${String(k)}`;
  const reader = await oracle.runAndReadAll(sql);
  return reader.getRows().map(([row, d]) => [Number(row), Number(d)]);
}

test.each([
  ['euclidean', 'list_distance'],
  ['cosine', 'list_cosine_distance'],
  ['innerProduct', 'list_negative_inner_product'],
] as const)('%s is DuckDB’s %s', async (metric, sqlName) => {
  await fc.assert(
    fc.asyncProperty(problem(metric), async ({ rows, query, k }) => {
      const { index, distance } = await knn(rows, { query, k, metric });
      await oracle.run('create or replace table t (i integer, v double[])');
      await oracle.run(
        `insert into t values ${rows.map((row, i) => `(${String(i)}, ${literal(row)})`).join(', ')}`,
      );
      const exact = [...rows, ...query].flat().every(Number.isInteger) && metric !== 'cosine';
      for (const [i, x] of query.entries()) {
        const theirs = await byDuckDb(sqlName, x, k);
        for (const [j, [row, d]] of theirs.entries()) {
          // Whole numbers are summed without rounding, so that ties are ties on both sides.
          if (exact) expect([index[i * k + j], distance[i * k + j]! + 0]).toEqual([row, d + 0]);
          else expect(Math.abs(distance[i * k + j]! - d)).toBeLessThanOrEqual(1e-7 + 1e-9 * Math.abs(d));
        }
      }
    }),
    { numRuns: 10 },
  );
});
