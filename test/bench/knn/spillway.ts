/** Spillway's searches: of a prepared reference, and from nothing. */
import { knn, prepareReference, radiusSearch } from 'spillway';

import type { Outcome, Setting } from '../jobs/job.js';
import { timed } from '../jobs/job.js';
import { comparedQueries, shapeData, summary } from './shapes.js';
import type { Shape } from './shapes.js';

/** Searches of a prepared reference, the quickest of so many, since a first one also pages memory in. */
const repetitions = 3;

export async function spillwaySearch(shape: Shape, { threads }: Setting, cold: boolean): Promise<Outcome> {
  const data = shapeData(shape);
  const matrix = { data: data.reference, rows: shape.rows, cols: shape.columns };
  const self = shape.queries === 0;
  const query = self ? {} : { query: { data: data.queries, rows: shape.queries, cols: shape.columns } };
  const prepared = await timed(() => prepareReference(matrix, { metric: 'euclidean', threads }));
  const reference = cold ? matrix : prepared.value;
  const times: number[] = [];
  let result: number[] = [];
  let how = '';
  for (let run = 0; run < (cold ? 1 : repetitions); run++) {
    if (shape.radius === undefined) {
      const found = await timed(() => knn(reference, { ...query, k: shape.k, threads }));
      times.push(found.seconds);
      const rows = Array.from({ length: Math.min(comparedQueries, found.value.rows) }, (_, q) => [
        ...found.value.distance.subarray(q * shape.k, (q + 1) * shape.k),
      ]);
      result = summary(rows);
      how = found.value.plan.method;
    } else {
      const radius = shape.radius;
      const found = await timed(() => radiusSearch(reference, { ...query, radius, threads }));
      times.push(found.seconds);
      const { offset, distance } = found.value;
      const rows = Array.from({ length: comparedQueries }, (_, q) => [
        ...distance.subarray(offset[q], offset[q + 1]),
      ]);
      result = summary(
        rows,
        rows.map((row) => row.length),
      );
      how = `${(distance.length / shape.queries).toFixed(1)} matches a query; ${found.value.plan.method}`;
    }
  }
  const seconds = Math.min(...times);
  const work = 2 * shape.rows * (self ? shape.rows : shape.queries) * shape.columns;
  const rate = `${(work / seconds / 1e9).toFixed(0)} GFLOP/s by brute force's count`;
  const scanned =
    shape.queries === 1 ? `, ${((shape.rows * shape.columns * 4) / seconds / 1e9).toFixed(1)} GB/s` : '';
  const preparing = cold ? 'preparing included' : `prepared in ${prepared.seconds.toFixed(3)} s`;
  return { seconds, result, note: `${how}, ${preparing}, ${rate}${scanned}` };
}
