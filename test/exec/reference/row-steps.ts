/** The steps of a query over rows in memory, in the simplest form: sort, cut, group. Shared by both reference runs. */
import type { Value } from './operations.js';
import { compareValues } from './operations.js';

export type Row = readonly Value[];

export interface Key {
  readonly at: number;
  readonly descending: boolean;
}

/** Stable; nulls last in either direction. */
export function sortRows(rows: readonly Row[], keys: readonly Key[]): readonly Row[] {
  const order = (a: Row, b: Row): number => {
    for (const { at, descending } of keys) {
      const [x, y] = [a[at]!, b[at]!];
      if (x === null && y === null) continue;
      if (x === null || y === null) return x === null ? 1 : -1;
      const sign = compareValues(x, y);
      if (sign !== 0) return descending ? -sign : sign;
    }
    return 0;
  };
  return [...rows].sort(order);
}

export function cutRows(rows: readonly Row[], limit: number, offset: number): readonly Row[] {
  return rows.slice(offset, limit < 0 ? undefined : offset + limit);
}

/** Groups of rows equal in these places, first seen first. */
export function groupRows(rows: readonly Row[], places: readonly number[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(places.map((place) => [typeof row[place], String(row[place])]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** The first `count` rows of each group, in the order of the rows. */
export function cutGroups(rows: readonly Row[], places: readonly number[], count: number): readonly Row[] {
  const kept = new Set(groupRows(rows, places).flatMap((group) => group.slice(0, count)));
  return rows.filter((row) => kept.has(row));
}

/** A native aggregate over one group; `args` are the columns of its arguments. */
export function aggregateRows(name: string, args: readonly (readonly Value[])[], rows: number): Value {
  const values = (args[0] ?? []).filter((value) => value !== null);
  switch (name) {
    case 'countAll':
      return rows;
    case 'count':
      return values.length;
    case 'sum':
      return values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0);
    case 'min':
      return values.length === 0 ? null : values.reduce((a, b) => (compareValues(a, b) <= 0 ? a : b));
    case 'first':
      return values[0] ?? null;
    default:
      throw new Error(`the reference has no aggregate ${name}`);
  }
}
