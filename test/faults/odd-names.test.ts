/** Columns named as JavaScript's own things are: through every reader, writer and verb, and nobody's prototype changes. */
import { join } from 'node:path';
import { tableToIPC } from 'apache-arrow';
import * as parquet from 'parquet-wasm';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../src/index.js';
import { desc, max, n, sum, tbl } from '../../src/index.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
// What looks like an integer comes first in every object.
const names = [
  '1',
  '__proto__',
  'constructor',
  'prototype',
  'then',
  'toString',
  'hasOwnProperty',
  'length',
  'valueOf',
  'a"b\\c',
  'ä\n🙂',
  '',
];
type Odd = Record<string, number>;

/** Three rows; column `c` of row `r` holds 100 r + c. */
const rowOf = (r: number): [string, number][] => names.map((name, c) => [name, 100 * r + c]);
const objects = [0, 1, 2].map((r) => {
  const row: Odd = {};
  for (const [name, value] of rowOf(r)) Object.defineProperty(row, name, { value, enumerable: true });
  return row;
});

/** Own entries in any order: names that look like integers come first in every object. */
const entriesOf = (row: object | undefined): [string, unknown][] =>
  (row instanceof Map ? [...(row as Map<string, unknown>)] : Object.entries(row ?? {})).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
const expected = (r: number, known: readonly string[]): [string, unknown][] =>
  entriesOf(new Map(rowOf(r).filter(([name]) => known.includes(name))));

const queries = new Map<string, () => Query<Odd>>();
const before = new Map(
  [Object.prototype, Array.prototype, Function.prototype].map((p) => [p, Reflect.ownKeys(p)]),
);

beforeAll(async () => {
  const path = join(folder, 'odd.vtr');
  await tbl<Odd>(objects).writeVtr(path);
  const arrow = await tbl<Odd>(objects).toArrow();
  // That library does not write a name of no letters.
  const named = await tbl<Odd>(objects)
    .select(...names.slice(0, -1))
    .toArrow();
  writeFileSync(join(folder, 'odd.arrow'), tableToIPC(named, 'file'));
  const ipc = tableToIPC(named, 'stream');
  writeFileSync(join(folder, 'odd.parquet'), parquet.writeParquet(parquet.Table.fromIPCStream(ipc)));
  const table = await tbl<Odd>(objects).collect();
  queries.set('rows', () => tbl<Odd>(objects));
  queries.set('.vtr', () => tbl<Odd>(path));
  queries.set('Parquet', () => tbl<Odd>(join(folder, 'odd.parquet')));
  queries.set('Arrow file', () => tbl<Odd>(join(folder, 'odd.arrow')));
  queries.set('Arrow table', () => tbl<Odd>(arrow as never));
  queries.set('table', () => tbl<Odd>(table));
});

describe.each(['rows', '.vtr', 'Parquet', 'Arrow file', 'Arrow table', 'table'])('%s', (kind) => {
  const query = (): Query<Odd> => queries.get(kind)!();
  const known = kind === 'Parquet' || kind === 'Arrow file' ? names.slice(0, -1) : names;
  const columnsOf = known.map((name, c) => [name, [c, 100 + c, 200 + c]] as const);

  it('rows, columns and values keep their names', async () => {
    expect(query().schema.names).toEqual(known);
    const rows = await query().rows();
    rows.forEach((row, r) => {
      expect(entriesOf(row)).toEqual(expected(r, known));
    });
    expect(rows.length).toBe(3);
    const table = await query().collect();
    for (const [name, values] of columnsOf) {
      expect([...table.column(name).values].map(Number), name).toEqual(values);
      expect(await query().pull(name), name).toEqual(values);
    }
    expect(entriesOf(await query().first())).toEqual(expected(0, known));
    expect(table.toString()).toContain('hasOwnProperty');
  });

  it('verbs find each of them', async () => {
    for (const [name, values] of columnsOf) {
      const sorted = await query().arrange(desc(name)).pull(name);
      expect(sorted, name).toEqual([...values].reverse());
      expect(
        await query()
          .filter((r) => r.$(name).gt(values[0]))
          .numRows(),
        name,
      ).toBe(2);
      const grouped = await query()
        .groupBy(name)
        .summarise([
          ['rows', n()],
          ['most', max(name)],
        ])
        .arrange(name)
        .rows();
      expect(
        grouped.map((row) => Object.entries(row).find(([key]) => key === name)?.[1]),
        name,
      ).toEqual(values);
      expect((await query().distinct(name).rows()).length, name).toBe(3);
      expect(await query().rename({ fresh: name }).select('fresh').pull('fresh'), name).toEqual(values);
      expect((await query().select(name).rows()).map(Object.keys), name).toEqual([[name], [name], [name]]);
    }
  });

  it('new columns may have them', async () => {
    for (const [name, values] of columnsOf) {
      const made = query().mutate([[name, (r) => r.$(name).add(1)]]);
      expect(await made.pull(name), name).toEqual(values.map((value) => value + 1));
      const total = query().summarise([[name, sum(name)]]);
      expect(Object.entries((await total.first()) ?? {}), name).toEqual([
        [name, 300 + 3 * names.indexOf(name)],
      ]);
    }
  });
});

it('an unknown name that every object has is unknown', () => {
  const plain = tbl([{ a: 1 }]);
  const select = (name: string): unknown => plain.select(name as 'a');
  for (const name of names) expect(() => select(name), name).toThrow(/no column/);
});

it('a query is no promise, and awaiting one gives itself', async () => {
  const query = tbl<Odd>(objects);
  expect(await Promise.resolve(query)).toBe(query);
  expect((await query.collect()).numRows).toBe(3);
});

it('no prototype was changed', () => {
  for (const [prototype, keys] of before) expect(Reflect.ownKeys(prototype)).toEqual(keys);
  expect(Object.keys({})).toEqual([]);
});
