/** Cost grades as queries print them: before an offload, after it, and several side by side. */
import { expect, it } from 'vitest';
import { costs, EngineError, folds, n, sum, tbl } from '../../src/index.js';

const rows = 6000;
const flights = tbl({
  delay: Int32Array.from({ length: rows }, (_, i) => (i * 7) % 90),
  origin: Array.from({ length: rows }, (_, i) => `A${String(i % 9)}`),
});
/** Sizes of files may change with their encodings. */
const plain = (text: string): string => text.replaceAll(/\d[\d.]* (?:B|KB|MB)\b/g, '‹size›');
const lastLine = (query: { toString(): string }): string => plain(query.toString().split('\n').at(-1)!);

it('a query prints its tier, and what an offload made of it', async () => {
  expect(lastLine(flights.select('delay'))).toBe('cost: streaming scan: O(n), one pass; constant memory');
  await using cached = await flights.arrange('delay').offload();
  expect(lastLine(cached)).toBe(
    'cost: replay cache: O(n), one pass, reads at most ‹size›; constant memory; ' +
      'from replay cache offload.vtr, 6,000 rows, ‹size› per pass',
  );
  expect(lastLine(cached.summarise({ total: sum('delay') }))).toContain(
    'cost: monoid fold: O(n), one pass, reads at most ‹size›; memory ∝ one row; from replay cache',
  );
  const text = plain(await cached.filter((r) => r.delay.gt(50)).explain({ run: true }));
  expect(text).toMatch(/replay cache, one pass of 6,000 rows; at most ‹size›/);
  expect(text).toContain('6,000 rows scanned, ‹size› read');
  expect(text).toContain('nothing spilled, peak memory');
});

it('costs puts queries and folds side by side', async () => {
  await using cached = await flights.offload();
  const table = plain(
    costs({
      scan: flights.filter((r) => r.delay.gt(3)),
      replay: cached,
      'row count': [flights, folds.count()],
      'by hand': [cached, { init: () => 0, update: (acc: number) => acc + 1 }],
      median: [flights, folds.median('delay')],
      'per group': flights.groupBy('origin').summarise({ flights: n() }),
      sorted: flights.arrange('delay'),
    }),
  );
  // Sizes of files decide how wide the columns are.
  expect(table.replaceAll(/ {2,}/g, '  ')).toMatchInlineSnapshot(`
    "query  tier  I/O  memory
    scan  streaming scan  O(n), one pass  constant memory
    replay  replay cache  O(n), one pass, reads at most ‹size›  constant memory
    row count  monoid fold  O(n), one pass  the fold's state
    by hand  sequential fold  O(n), one pass, reads at most ‹size›  the fold's state
    median  sort or partition  O(n log n), one pass  memory ∝ rows of the arguments, spills
    per group  sort or partition  O(n log n), one pass  memory ∝ groups, spills
    sorted  sort or partition  O(n log n), one pass  memory ∝ rows, spills"
  `);
});

it('refuses what is neither query nor fold', () => {
  expect(() => costs({ odd: 7 as never })).toThrow(EngineError);
  expect(() => costs({ odd: [flights, 7 as never] })).toThrow('"odd" is neither');
});
