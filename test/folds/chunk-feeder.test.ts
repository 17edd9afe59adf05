/** Chunk feeders: every loop from the start, the protocol of reset and next, several at once. */
import { describe, expect, test } from 'vitest';

import { lm, tbl } from 'spillway';

const rows = Array.from({ length: 1000 }, (_, i) => ({ i, even: i % 2 === 0 }));
const query = tbl(rows);

async function idsOf(feeder: AsyncIterable<{ toArray(): { i: number }[] }>): Promise<number[]> {
  const ids: number[] = [];
  for await (const chunk of feeder) ids.push(...chunk.toArray().map(({ i }) => i));
  return ids;
}

const all = rows.map(({ i }) => i);

describe('chunkFeeder', () => {
  test('every loop starts over', async () => {
    const feeder = query.chunkFeeder();
    expect(await idsOf(feeder)).toEqual(all);
    expect(await idsOf(feeder)).toEqual(all);
  });

  test('chunks have at most batchRows rows', async () => {
    const sizes: number[] = [];
    for await (const chunk of query.chunkFeeder({ batchRows: 300 })) sizes.push(chunk.numRows);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(300);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1000);
  });

  test('next gives null at the end, and again; reset begins anew, also in the middle', async () => {
    const feeder = query.chunkFeeder({ batchRows: 400 });
    const pass = async (): Promise<number[]> => {
      const ids: number[] = [];
      for (let chunk = await feeder.next(); chunk !== null; chunk = await feeder.next())
        ids.push(...chunk.toArray().map(({ i }) => i));
      return ids;
    };
    expect(await pass()).toEqual(all);
    expect(await feeder.next()).toBeNull();
    await feeder.reset();
    expect((await feeder.next())?.at(0)).toEqual({ i: 0, even: true });
    await feeder.reset();
    expect(await pass()).toEqual(all);
  });

  test('feeders and loops of one query run beside each other, at one thread', async () => {
    const [a, b] = [
      query.chunkFeeder({ batchRows: 100, threads: 1 }),
      query.chunkFeeder({ batchRows: 70, threads: 1 }),
    ];
    const seen: number[] = [];
    for await (const chunk of a) {
      const other = await b.next();
      if (other !== null) seen.push(...other.toArray().map(({ i }) => i));
      for await (const inner of a) {
        expect(inner.at(0)?.i).toBe(0);
        break;
      }
      expect(chunk.numRows).toBeGreaterThan(0);
    }
    for (let rest = await b.next(); rest !== null; rest = await b.next())
      seen.push(...rest.toArray().map(({ i }) => i));
    expect(seen).toEqual(all);
  });

  test('closed, it can be asked nothing more', async () => {
    await using feeder = query.chunkFeeder();
    await feeder.next();
    await feeder.close();
    await expect(feeder.next()).rejects.toMatchObject({ code: 'argument' });
    await expect(feeder.reset()).rejects.toMatchObject({ code: 'argument' });
    await feeder.close();
  });

  test('an unknown option is an error where it was written', () => {
    const mistyped: object = { batchRow: 3 };
    expect(() => query.chunkFeeder(mistyped)).toThrow(/batchRow/);
  });

  test('a fit of a feeder is that of its query', async () => {
    const spec = { y: 'i', x: ['even'] } as const;
    const fit = await lm(query.chunkFeeder({ batchRows: 64 }), spec);
    expect(fit.coefficients).toEqual((await lm(query, spec)).coefficients);
    expect(fit.coefficients.even).toBeCloseTo(-1, 12);
  });
});
