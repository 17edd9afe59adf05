/** `checkLaws`: folds that keep what they declare pass, each broken law is found and named. */
import { describe, expect, test } from 'vitest';
import type { Fold, Law, Table } from '../../src/index.js';
import { EngineError, checkLaws, folds, tbl } from '../../src/index.js';

interface Row {
  x: number;
  g: string;
}

const rows = 20_000;
const data = tbl<Row>(
  Array.from({ length: rows }, (_, i) => ({ x: ((i * 7919) % 1000) / 7 - 70, g: `g${String(i % 13)}` })),
);

type Accumulator = { n: number; mean: number; m2: number };

/** Chan's update of a variance: right, and not exact. */
const variance: Fold<Accumulator, number, Row> = {
  init: () => ({ n: 0, mean: 0, m2: 0 }),
  update(acc, batch) {
    for (const x of batch.column('x')) {
      acc.n += 1;
      const delta = x - acc.mean;
      acc.mean += delta / acc.n;
      acc.m2 += delta * (x - acc.mean);
    }
    return acc;
  },
  combine(a, b) {
    const n = a.n + b.n;
    if (n === 0) return a;
    const delta = b.mean - a.mean;
    a.m2 += b.m2 + (delta * delta * a.n * b.n) / n;
    a.mean += (delta * b.n) / n;
    a.n = n;
    return a;
  },
  commutative: true,
  finish: (acc) => acc.m2 / (acc.n - 1),
};

const counts: Fold<Map<string, number>, Map<string, number>, Row> = {
  init: () => new Map(),
  update(acc, batch) {
    for (const g of batch.column('g')) acc.set(g, (acc.get(g) ?? 0) + 1);
    return acc;
  },
  combine(a, b) {
    for (const [g, n] of b) a.set(g, (a.get(g) ?? 0) + n);
    return a;
  },
  commutative: true,
};

const list: Fold<number[], number[], Row> = {
  init: () => [],
  update: (acc, batch) => [...acc, ...batch.column('x')],
  combine: (a, b) => [...a, ...b],
};

async function broken<S, R>(fold: Fold<S, R, Row>, options = {}): Promise<string> {
  try {
    await checkLaws(data, fold, options);
    return 'none';
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.code === 'data' ? (error.detail['law'] as Law) : error.message;
  }
}

describe('a fold that keeps its laws', () => {
  test('passes, with all that was tried', async () => {
    expect(await checkLaws(data, variance)).toEqual({
      laws: [
        'repeatable',
        'init',
        'batches',
        'identity',
        'associativity',
        'split',
        'unchanged',
        'commutativity',
      ],
      rows: 4096,
      samples: 20,
    });
    const { laws } = await checkLaws(data, {
      init: () => 0,
      update: (acc: number, batch: Table<Row>) => acc + batch.numRows,
    });
    expect(laws).toEqual(['repeatable', 'init', 'batches']);
  });

  test('may have any kind of accumulator', async () => {
    expect(await broken(counts)).toBe('none');
    expect(await broken(list)).toBe('none');
    expect(await broken(folds.sums('x'))).toBe('none');
    expect(await broken(folds.all({ m: folds.moments('x'), n: folds.count() }))).toBe('none');
    const typed: Fold<Float64Array, Float64Array, Row> = {
      init: () => new Float64Array(2),
      update(acc, batch) {
        for (const x of batch.column('x')) {
          acc[0]! += x;
          acc[1]! += x * x;
        }
        return acc;
      },
      combine: (a, b) => a.map((v, i) => v + b[i]!),
      commutative: true,
    };
    expect(await broken(typed)).toBe('none');
    expect(await broken(typed, { tolerance: 0 })).not.toBe('none');
  });

  test('may stop early, and have no rows', async () => {
    const anyBelow: Fold<boolean, boolean, Row> = {
      init: () => false,
      update: (acc, batch) => acc || batch.toArray().some(({ x }) => x < -69),
      combine: (a, b) => a || b,
      commutative: true,
      done: (acc) => acc,
    };
    expect(await broken(anyBelow)).toBe('none');
    await expect(
      checkLaws(
        data.filter((r) => r.x.gt(1e9)),
        variance,
      ),
    ).resolves.toMatchObject({ rows: 0 });
  });

  test('can hide its accumulator, if it shows what comes of it', async () => {
    class Hidden {
      #n = 0;
      add(n: number): this {
        this.#n += n;
        return this;
      }
      get n(): number {
        return this.#n;
      }
    }
    const hidden: Fold<Hidden, number | Hidden, Row> = {
      init: () => new Hidden(),
      update: (acc, batch) => acc.add(batch.numRows),
      combine: (a, b) => a.add(b.n),
    };
    expect(await broken(hidden)).toContain('cannot look into');
    expect(await broken({ ...hidden, finish: (acc: Hidden) => acc.n })).toBe('none');
    const wrong = {
      ...hidden,
      combine: (a: Hidden, b: Hidden) => a.add(b.n + 1),
      finish: (acc: Hidden) => acc.n,
    };
    expect(await broken(wrong)).toBe('identity');
  });
});

describe('a fold that breaks a law', () => {
  test('is told which', async () => {
    const first: Fold<number | null, number | null, Row> = {
      init: () => null,
      update: (acc, batch) => acc ?? batch.at(0)?.x ?? null,
      combine: (a, b) => a ?? b,
    };
    expect(await broken(first)).toBe('none');
    expect(await broken({ ...first, commutative: true })).toBe('commutativity');
    expect(await broken({ ...list, commutative: true })).toBe('commutativity');
    expect(await broken({ ...list, init: () => [0] })).toBe('identity');
    const mean: Fold<number, number, Row> = {
      init: () => 0,
      update: (acc, batch) =>
        (acc +
          batch
            .column('x')
            .toArray()
            .reduce((a, b) => a + b, 0) /
            (batch.numRows || 1)) /
        2,
      combine: (a, b) => (a + b) / 2,
    };
    expect(await broken(mean)).toBe('batches');
    const shared = new Map<string, number>();
    expect(await broken({ ...counts, init: () => shared })).toBe('init');
    const kept: number[] = [];
    const leaking: Fold<{ seen: number[]; n: number }, number, Row> = {
      init: () => ({ seen: kept, n: 0 }),
      update(acc, batch) {
        acc.seen.push(batch.numRows);
        return { ...acc, n: acc.n + batch.numRows };
      },
      combine: (a, b) => ({ ...a, n: a.n + b.n }),
      finish: (acc) => acc.n,
    };
    expect(await broken(leaking)).toBe('init');
    const draining: Fold<number[], number[], Row> = {
      ...list,
      combine(a, b) {
        while (b.length > 0) a.push(b.shift()!);
        return a;
      },
    };
    expect(await broken(draining)).toBe('unchanged');
    const last: Fold<number, number, Row> = {
      init: () => 0,
      update: (acc, batch) => acc + batch.numRows,
      combine: (a, b) => (a === 0 ? b : b === 0 ? a : a - b),
    };
    expect(await broken(last)).toBe('associativity');
    let calls = 0;
    expect(await broken({ ...last, update: () => (calls += 1) })).toBe('repeatable');
  });

  test('sees the rows and both results', async () => {
    const error: unknown = await checkLaws(data, {
      init: () => 0,
      update: (acc: number, batch) => acc + batch.numRows,
      combine: (a, b) => a + b + 1,
    }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(
      /^the fold breaks a law: init is the identity of combine\. F\(a\) is \d+, but combine\(init\(\), F\(a\)\) is \d+, where a is rows [\d,]+ to [\d,]+/,
    );
    expect(error).toMatchObject({ code: 'data', detail: { law: 'identity' } });
  });

  test('is stopped before the fold is run', async () => {
    const work = data.collectChunked(
      { ...list, init: () => [0], finish: (acc: number[]) => acc.length },
      { checkLaws: { samples: 3, rows: 100 } },
    );
    await expect(work).rejects.toMatchObject({ code: 'data', detail: { law: 'identity' } });
    expect(await data.collectChunked(variance, { checkLaws: true })).toBeGreaterThan(0);
  });

  test('options are checked', async () => {
    expect(await broken(list, { sample: 3 })).toContain('no option "sample"; did you mean "samples"');
    expect(await broken(list, { samples: 0 })).toContain('samples must be a whole number');
    expect(await broken(list, { tolerance: -1 })).toContain('tolerance');
  });
});
