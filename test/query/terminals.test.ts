/** Terminals: what they ask the engine for, and how rows come out. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Table } from '../../src/data/table.js';
import { printGlimpse } from '../../src/query/glimpse.js';
import { planOf } from '../../src/query/query-object.js';
import { appendInSteps } from '../../src/query/row-steps.js';
import { flights as flightSource } from '../plan/memory-source.js';
import { failure, fakeTbl, tableOf } from './fake-engine.js';

interface Flight {
  delay: number | null;
  origin: string;
}
const answer = [
  { delay: 1, origin: 'SFO' },
  { delay: null, origin: 'L"A' },
];

describe('a terminal', () => {
  it('runs the plan with its options', async () => {
    const { tbl, asked } = fakeTbl(answer);
    const q = tbl<Flight>(flightSource()).filter((r) => r.delay.gt(0));
    const table = await q.collect({ threads: 1 });
    expect(table).toBeInstanceOf(Table);
    expect(asked[0]).toMatchObject({ what: 'collect', options: { threads: 1 } });
    expect(asked[0]?.plan).toContain('filter delay > 0');
    expect(await q.explain({ run: true })).toBe(asked[0]?.plan);
    expect(asked[1]?.options).toEqual({ run: true });
    expect(await q.writeVtr('x.vtr')).toMatchObject({ rows: 2, bytes: 64 });
    await expect(q.writeVtr(5 as never)).rejects.toThrow('takes the path of a file');
  });
  it('refuses options it does not know', async () => {
    const q = fakeTbl(answer).tbl<Flight>(flightSource());
    await expect(q.collect({ thread: 1 } as object)).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringMatching(/^collect has no option "thread"; did you mean "threads"\?/) as string,
    });
    await expect(q.writeVtr('a.vtr', { apend: true } as object)).rejects.toThrow('did you mean "append"?');
    await expect(q.explain({ run: true })).resolves.toContain('scan');
    await expect(q.collect({ run: true } as object)).rejects.toThrow('collect has no option "run"');
    await expect(q.first(5 as never)).rejects.toThrow('the options of first are an object');
  });
  it('gives rows, a column, the first row, and their number', async () => {
    const { tbl, asked } = fakeTbl(answer);
    const q = tbl<Flight>(flightSource());
    expect(await q.rows()).toEqual(answer);
    expect(asked[0]?.what).toBe('batches');
    expect(await q.pull('origin')).toEqual(['SFO', 'L"A']);
    expect(asked[1]?.plan).toMatch(/^project origin\n/);
    await expect(q.pull('orign' as 'origin')).rejects.toThrow('did you mean "origin"?');
    expect(await q.first()).toEqual(answer[0]);
    expect(asked[2]?.plan).toMatch(/^limit 1 row\n/);
    expect(
      await fakeTbl([{ n: 3n }])
        .tbl<Flight>(flightSource())
        .numRows(),
    ).toBe(3);
    expect(await fakeTbl().tbl<Flight>(flightSource()).first()).toBeUndefined();
    expect((await q.toArrow()).numRows).toBe(2);
  });
  it('streams, and can be left', async () => {
    const { tbl } = fakeTbl(answer);
    let batches = 0;
    for await (const batch of tbl<Flight>(flightSource())) {
      expect(batch.numRows).toBe(1);
      batches += 1;
      break;
    }
    expect(batches).toBe(1);
  });
});

describe('glimpse', () => {
  it('shows a line per column', async () => {
    const { tbl, asked } = fakeTbl(answer);
    expect(await tbl<Flight>(flightSource()).glimpse()).toBe(
      'delay   float64?  1, null\norigin  utf8      "SFO", "L\\"A"',
    );
    expect(asked[0]?.plan).toMatch(/^limit 20 rows\n/);
  });
  it('cuts lines at the width', () => {
    const line = printGlimpse(tableOf([{ text: 'x'.repeat(50) }]), 30);
    expect(line).toHaveLength(30);
    expect(line.endsWith('…')).toBe(true);
  });
});

it('rows are made in steps of 16,384', async () => {
  const sizes: number[] = [];
  const source = {
    slice: (start: number, end: number) => ({
      toArray: () => {
        sizes.push(end - start);
        return Array.from({ length: end - start }, (_, i) => start + i);
      },
    }),
  };
  const into: number[] = [];
  await appendInSteps(source, 40_000, into);
  expect(sizes).toEqual([16_384, 16_384, 7232]);
  expect(into).toHaveLength(40_000);
  expect(into.at(-1)).toBe(39_999);
});

it('a query shows itself and its plan', () => {
  const q = fakeTbl().tbl(flightSource()).select('delay', 'origin');
  expect(inspect(q)).toBe(
    'Query { delay: int32?, origin: utf8 }\nproject delay, origin\n└─ scan flights.vtr [all 9 columns]\n' +
      'cost: streaming scan: O(n), one pass; constant memory',
  );
  expect(planOf(q).kind).toBe('project');
  expect(failure(() => planOf({}))).toContain('argument: this takes a query');
});

it('tbl takes a query as it is, and refuses nothing at all', () => {
  const { tbl } = fakeTbl();
  const q = tbl(flightSource());
  expect(tbl(q as never)).toBe(q);
  expect(failure(() => tbl(undefined as never))).toContain('argument: tbl takes a path, rows');
  expect(failure(() => tbl('a.vtr', 'vtr' as never))).toContain('the options of tbl are an object');
  expect(failure(() => tbl('a.vtr', { formt: 'vtr' } as object))).toContain('did you mean "format"?');
});
