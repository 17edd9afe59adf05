/** Points of the engine filled piece by piece, for rows that come in batches. */
import { addon } from './addon.js';
import { callNative } from './native-error.js';
import type { NativePoints } from './neighbors.js';

/** Room for rows; every row must be filled before the points are used. */
export interface PointsBuilder {
  readonly points: NativePoints;
  /** Whole rows from `firstRow` on, row-major, of the type that was asked for. */
  fill(firstRow: number, values: Float32Array | Float64Array): void;
}

/** @param single keep floats; every value must be exactly one */
export function buildPoints(rows: number, columns: number, single: boolean): PointsBuilder {
  const object = callNative('making room for points', () => addon().createPoints(rows, columns, single));
  return {
    points: { rows, columns, object },
    fill(firstRow, values) {
      callNative('copying points', () => {
        addon().fillPoints(object, firstRow, values);
      });
    },
  };
}
