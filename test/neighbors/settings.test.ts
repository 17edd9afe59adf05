/** The same bits whatever the threads, memory, method and instruction set. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { knn, radiusSearch } from 'spillway';

import { metrics } from './search-problems.js';

/** Rows that a generator of our own gives: the same in every process. */
function generated(rows: number, cols: number, kind: 'reals' | 'lattice') {
  const data = new Float64Array(rows * cols);
  let u = rows * 31 + cols;
  for (let i = 0; i < data.length; i++) {
    u = (Math.imul(u, 1664525) + 1013904223) >>> 0;
    data[i] = kind === 'reals' ? (u >>> 8) / 2 ** 24 + 1000 : ((u >>> 20) % 5) + 1;
  }
  return { data, rows, cols };
}

/** As bytes: much faster to compare than value by value. */
function same(found: NodeJS.ArrayBufferView, expected: NodeJS.ArrayBufferView): void {
  const bytes = (view: NodeJS.ArrayBufferView): Buffer =>
    Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  expect(bytes(found).equals(bytes(expected))).toBe(true);
}

const shapes = [
  [700, 2, 'reals'],
  [700, 3, 'lattice'],
  [500, 20, 'reals'],
  [400, 33, 'lattice'],
] as const;

test.each(shapes)(
  '%i × %i %s: the same bits whatever the threads, memory and method',
  async (rows, cols, kind) => {
    const reference = generated(rows, cols, kind);
    const query = generated(31, cols, kind);
    for (const metric of metrics) {
      if (metric === 'haversine' && cols !== 2) continue;
      const expected = await knn(reference, { query, k: 9, metric, method: 'direct', threads: 1 });
      const self = await knn(reference, { k: 4, metric, method: 'direct', threads: 1 });
      const radius = expected.distance[8]!;
      const around = await radiusSearch(reference, { query, radius, metric, method: 'direct', threads: 1 });
      const settings = [
        {},
        { threads: 2 },
        { threads: 8, memory: '40KB' },
        { threads: 1, memory: '100KB' },
      ] as const;
      for (const setting of settings) {
        const found = await knn(reference, { query, k: 9, metric, ...setting });
        same(found.index, expected.index);
        same(found.distance, expected.distance);
        const others = await knn(reference, { k: 4, metric, ...setting });
        same(others.index, self.index);
        same(others.distance, self.distance);
        const within = await radiusSearch(reference, { query, radius, metric, ...setting });
        same(within.offset, around.offset);
        same(within.index, around.index);
        same(within.distance, around.distance);
      }
      for (const method of ['tree', 'tile', 'scan'] as const) {
        const forced = await knn(reference, { query, k: 9, metric, method }).catch(
          (error: unknown) => error as Error,
        );
        if (forced instanceof Error) {
          expect(forced.message).toMatch(/does not take this metric|knows no method/);
          continue;
        }
        same(forced.index, expected.index);
        same(forced.distance, expected.distance);
      }
    }
  },
);

test('the same bits on every instruction set', () => {
  const script = `
    import { createHash } from 'node:crypto';
    import { knn, machine } from './dist/index.js';
    const hash = createHash('sha256');
    const metrics = ${JSON.stringify(metrics)};
    for (const [rows, cols] of [[300, 2], [300, 7], [200, 40]]) {
      const data = new Float64Array(rows * cols);
      let u = 7;
      for (let i = 0; i < data.length; i++) { u = (Math.imul(u, 1664525) + 1013904223) >>> 0; data[i] = (u >>> 8) / 2 ** 20 + 1; }
      for (const metric of metrics) {
        if (metric === 'haversine' && cols !== 2) continue;
        const { index, distance } = await knn({ data, rows, cols }, { k: 6, metric });
        hash.update(index).update(distance);
      }
    }
    console.log(machine().isa, hash.digest('hex'));
  `;
  const run = (isa: string): readonly [string, string] | undefined => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, SPILLWAY_ISA: isa },
    });
    if (status !== 0 && /this processor and build can run/.test(stderr)) return undefined;
    expect(stderr).toBe('');
    const [used, digest] = stdout.trim().split(' ');
    return [used!, digest!];
  };
  const [, base] = run('base')!;
  for (const isa of ['avx2', 'avx512']) {
    const found = run(isa);
    if (found !== undefined) expect(found).toEqual([isa, base]);
  }
});
