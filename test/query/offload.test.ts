/** The replay cache: `collect(offload(x))` is `collect(x)`, and the file behind it lives as long as it is used. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Table } from '../../src/data/table.js';
import type { RunOptions } from '../../src/exec/run-options.js';
import { desc, EngineError, mean, n, tbl } from '../../src/index.js';
import type { Offloaded, Query } from '../../src/index.js';
import { kindOf } from '../logic/expression.js';
import type { AnyQuery, Step } from '../logic/plan.js';
import { plan } from '../logic/plan.js';
import type { Relation } from '../logic/relation.js';
import { recordOf, relation, schemaOf } from '../logic/relation.js';
import { bitsOf, randomTable } from './random-table.js';

const folder = mkdtempSync(join(tmpdir(), 'offload-'));
const tempDir = join(folder, 'temporary');
mkdirSync(tempDir);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const settings: readonly RunOptions[] = [
  {},
  { threads: 1 },
  { threads: 2, forceSpill: true },
  { threads: 1, memory: '6MB' },
  { morselPages: 1, batchRows: 7 },
];

const seen = { int64: 'bigint', dates: 'bigint' } as const;

/** Offloads, collects, releases; the rows, names and types to the bit. */
async function replayed(
  query: Query<object>,
  options: RunOptions,
  path: string | undefined,
): Promise<unknown[]> {
  const cached = await query.offload({ ...options, tempDir, ...(path === undefined ? {} : { path }) });
  const table = (await cached.collect(seen)) as Table;
  expect(cached.rowCount).toBe(table.numRows);
  expect(cached.bytes).toBe(statSync(cached.path).size);
  if (path !== undefined) expect(bitsOf((await tbl(path).collect(seen)) as Table)).toEqual(bitsOf(table));
  await cached.release();
  return bitsOf(table);
}

describe('collect(offload(x)) is collect(x)', () => {
  it('for tables of any types and values', { timeout: 120_000 }, async () => {
    let durable = 0;
    await fc.assert(
      fc.asyncProperty(
        randomTable,
        fc.nat(settings.length - 1),
        fc.boolean(),
        async (table, setting, keep) => {
          const query = tbl(table) as unknown as Query<object>;
          const path = keep ? join(folder, `kept-${String((durable += 1) % 3)}.vtr`) : undefined;
          const expected = bitsOf((await query.collect(seen)) as Table);
          expect(await replayed(query, settings[setting]!, path)).toEqual(expected);
        },
      ),
      { numRuns: 80 },
    );
    expect(readdirSync(tempDir)).toEqual([]);
  });

  const cases = relation.chain((input: Relation) =>
    fc.record({
      input: fc.constant(input),
      steps: plan(input.columns.map(({ name, type }) => ({ name, kind: kindOf[type] }))),
      setting: fc.nat(settings.length - 1),
    }),
  );

  it('for any query over them, under every setting', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ input, steps, setting }) => {
        const start = tbl(recordOf(input), { schema: schemaOf(input) }) as unknown as AnyQuery;
        const query = steps.reduce(
          (q: AnyQuery, step: Step) => step.apply(q),
          start,
        ) as unknown as Query<object>;
        const expected = bitsOf((await query.collect({ ...seen, ...settings[setting] })) as Table);
        expect(await replayed(query, settings[setting]!, undefined)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});

const flights = tbl({
  origin: ['SFO', 'LAX', 'SFO', null, 'JFK'],
  delay: Float64Array.of(1, 2, 3, 4, 5),
});
type Row = { origin: string | null; delay: number };
const offloadFlights = (): Promise<Offloaded<Row>> => flights.offload({ tempDir });

/** `code: message` of what a promise is rejected with. */
async function rejection(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return error instanceof EngineError ? `${error.code}: ${error.message}` : String(error);
  }
}

describe('the file', () => {
  it('is private, and goes when it is released', async () => {
    const cached = await offloadFlights();
    expect(statSync(dirname(cached.path)).mode & 0o777).toBe(0o700);
    const later = cached.filter((r) => r.delay.gt(2));
    expect(await later.numRows()).toBe(3);
    await cached.release();
    await cached.release();
    expect(readdirSync(tempDir)).toEqual([]);
    expect(await rejection(later.collect())).toBe(
      'argument: the offloaded query was released, and its temporary files are gone; offload it again, or with { path } to keep it',
    );
  });

  it('goes at the end of the block that it was made for', async () => {
    let path = '';
    {
      await using cached = await offloadFlights();
      path = cached.path;
      expect(existsSync(path)).toBe(true);
    }
    expect(existsSync(path)).toBe(false);
  });

  it('goes when no query over it can be reached, and not before', { timeout: 20_000 }, async () => {
    const collectGarbage = globalThis.gc ?? (await exposedGc());
    let kept: Query<{ delay: number }> | undefined = await (async () =>
      (await offloadFlights()).select('delay').arrange(desc('delay')))();
    for (let i = 0; i < 5; i += 1) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await kept.pull('delay')).toEqual([5, 4, 3, 2, 1]);
    kept = undefined;
    await expect
      .poll(
        () => {
          collectGarbage();
          return readdirSync(tempDir);
        },
        { timeout: 15_000 },
      )
      .toEqual([]);
  });

  it('serves queries that were running when it was released', async () => {
    const big = tbl({ x: Float64Array.from({ length: 400_000 }, (_, i) => i) });
    const cached = await big.offload({ tempDir });
    const stream = cached.batches({ batchRows: 10_000 });
    let rows = (await stream.next()).value!.numRows;
    await cached.release();
    for await (const batch of stream) rows += batch.numRows;
    expect(rows).toBe(400_000);
  });

  it('stays with a path, and is replaced by the next', async () => {
    const path = join(folder, 'mine.vtr');
    const first = await flights.offload({ path, compression: 'small' });
    await first.release();
    expect(await first.pull('delay')).toEqual([1, 2, 3, 4, 5]);
    const second = await tbl(path)
      .filter((c) => c('delay').gt(3))
      .offload({ path });
    expect(await second.numRows()).toBe(2);
    expect(await tbl(path).numRows()).toBe(2);
    expect(await rejection(first.collect())).toContain('changed: ');
  });
});

describe('an offloaded query', () => {
  it('is read by many at once', async () => {
    await using cached = await offloadFlights();
    const found = await Promise.all(
      Array.from({ length: 8 }, (_, i) => cached.filter((r) => r.delay.gt(i)).numRows()),
    );
    expect(found).toEqual([5, 4, 3, 2, 1, 0, 0, 0]);
    await using again = await cached.arrange(desc('delay')).offload({ tempDir });
    expect(await again.pull('origin')).toEqual(['JFK', null, 'SFO', 'LAX', 'SFO']);
  });

  it('keeps groups, and the schema of no rows', async () => {
    await using cached = await flights.groupBy('origin').offload({ tempDir });
    expect(
      await cached
        .summarise({ n: n(), m: mean('delay') })
        .arrange('origin')
        .rows(),
    ).toEqual([
      { origin: 'JFK', n: 1, m: 5 },
      { origin: 'LAX', n: 1, m: 2 },
      { origin: 'SFO', n: 2, m: 2 },
      { origin: null, n: 1, m: 4 },
    ]);
    await using none = await flights.filter((r) => r.delay.lt(0)).offload({ tempDir });
    expect(none.rowCount).toBe(0);
    expect(none.schema.toString()).toBe(flights.schema.toString());
    expect(await none.rows()).toEqual([]);
    expect(await none.numRows()).toBe(0);
  });

  it('has a fingerprint of its rows that another file of them does not share', async () => {
    const path = join(folder, 'print.vtr');
    await flights.writeVtr(path);
    const { planOf } = await import('../../src/query/query-object.js');
    const printOf = async (query: unknown): Promise<string> => {
      const node = planOf(query);
      return node.kind === 'scan' ? await node.source.fingerprint!() : '';
    };
    const first = await printOf(tbl(path));
    expect(await printOf(tbl(path))).toBe(first);
    await flights.head(1).writeVtr(path, { append: true });
    expect(await printOf(tbl(path))).not.toBe(first);
    const rows = [
      { a: 1, b: 'x' },
      { a: 2, b: null },
    ];
    const print = await printOf(tbl(rows));
    expect(
      await printOf(
        tbl([
          { a: 1, b: 'x' },
          { a: 2, b: null },
        ]),
      ),
    ).toBe(print);
    rows[1]!.b = 'y';
    expect(await printOf(tbl(rows))).not.toBe(print);
    const parquet = await printOf(tbl('node_modules/vega-datasets/data/flights-3m.parquet'));
    expect(parquet).toMatch(/^parquet \d+ /);
    await using cached = await offloadFlights();
    expect(await printOf(cached)).toMatch(/^vtr [0-9a-f]{32} 1 \d+$/);
  });
});

describe('what fails', () => {
  it.each([
    [{ path: 7 }, 'argument: path of offload must be the path of a file'],
    [{ path: '' }, 'argument: path of offload must be the path of a file'],
    [{ compression: 'best' }, 'argument: compression must be one of fast, small, none'],
    [{ tempDir: 3 }, 'argument: tempDir must be the path of a folder'],
    [{ pth: 'x' }, 'argument: offload has no option "pth"'],
  ])('%j', async (options, message) => {
    expect(await rejection(flights.offload(options as object))).toContain(message);
  });

  it('leaves nothing behind', async () => {
    const nowhere = join(folder, 'missing');
    expect(await rejection(flights.offload({ tempDir: nowhere }))).toMatch(/^io: .*missing/);
    expect(await rejection(flights.offload({ path: join(nowhere, 'a.vtr') }))).toMatch(/^io: .*missing/);
    const wrong = flights.mutate({ bad: (r) => r.delay.cast('utf8').concat('x').cast('int32') });
    expect(await rejection(wrong.offload({ tempDir }))).toMatch(/^data: /);
    const controller = new AbortController();
    controller.abort();
    expect(await rejection(flights.offload({ tempDir, signal: controller.signal }))).toMatch(/^cancelled: /);
    expect(readdirSync(tempDir)).toEqual([]);
    expect(existsSync(nowhere)).toBe(false);
  });
});

/** The collector's switch, which a flag of the runtime turns on while it runs. */
async function exposedGc(): Promise<() => void> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import('node:v8'),
    import('node:vm'),
  ]);
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
