/** The one list of aggregates, by name. */
import type { AggregateFunction } from '../aggregate-function.js';
import { all } from './all.js';
import { any } from './any.js';
import { corr } from './corr.js';
import { first } from './first.js';
import { last } from './last.js';
import { max } from './max.js';
import { mean } from './mean.js';
import { median } from './median.js';
import { min } from './min.js';
import { n } from './n.js';
import { nDistinct } from './n-distinct.js';
import { quantile } from './quantile.js';
import { sd } from './sd.js';
import { sum } from './sum.js';
import { variance } from './variance.js';

/** Every aggregate; a new one is a file and a line here. */
export const aggregates = {
  n,
  sum,
  mean,
  min,
  max,
  sd,
  variance,
  first,
  last,
  any,
  all,
  median,
  quantile,
  nDistinct,
  corr,
} as const satisfies Readonly<Record<string, AggregateFunction>>;

export type AggregateName = keyof typeof aggregates;

const byName: ReadonlyMap<string, AggregateFunction> = new Map(Object.entries(aggregates));

/** An aggregate by a name that may come from anywhere. */
export function aggregateFunction(name: string): AggregateFunction | undefined {
  return byName.get(name);
}
