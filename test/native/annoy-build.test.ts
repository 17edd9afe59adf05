/** Index files as the engine builds them: Annoy's own bytes where they are asked for, the same bytes under every setting. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AnnoyMetric } from '../../src/data/annoy-metric.js';
import type { AnnoyBuildWishes } from '../../src/native/annoy.js';
import { checkAnnoyStructure, findAnnoy, openAnnoyFile, writeAnnoy } from '../../src/native/annoy.js';
import { pointsOfRows } from '../../src/native/neighbors.js';

const folder = mkdtempSync(path.join(tmpdir(), 'annoy-build-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
const fresh = (): string => path.join(folder, `${String(files++)}.ann`);

async function build(
  values: Float64Array | Float32Array,
  columns: number,
  wishes: Partial<AnnoyBuildWishes> = {},
) {
  const file = fresh();
  const points = await pointsOfRows(values, values.length / columns, columns);
  const built = await writeAnnoy(points, {
    path: file,
    metric: 'euclidean',
    trees: 10,
    seed: 7n,
    perTree: true,
    fused: true,
    ...wishes,
  });
  const bytes = readFileSync(file);
  expect(bytes.length).toBe(built.bytes);
  return { file, built, bytes, md5: createHash('md5').update(bytes).digest('hex') };
}

/** 200 items of five coordinates, from a congruential generator. */
function goldenRows(): Float64Array {
  let u = 42;
  return Float64Array.from({ length: 1000 }, () => {
    u = (Math.imul(u, 1664525) + 1013904223) >>> 0;
    return (u >>> 8) / 2 ** 24 - 0.5;
  });
}

function randomRows(rows: number, columns: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: rows * columns }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

describe("Annoy's own sequence gives Annoy's own bytes", () => {
  test('the file that the guide to file-backed workflows prints', async () => {
    const rows = Float64Array.of(0, 0, 5, 0, 0, 5, 5, 5, 9, 9);
    const { md5, built } = await build(rows, 2, { trees: 25, seed: 99n, perTree: false });
    expect(md5).toBe('c2eab887babb44656824ba64e545d6c9');
    expect(built).toMatchObject({ items: 5, trees: 25, bytes: 2496, onDisk: false });
  });

  const sums: readonly (readonly [AnnoyMetric, boolean, string])[] = [
    ['euclidean', false, '99cbc97768b272969547452220721a8a'],
    ['manhattan', false, 'b230fc550a83481d64abfe2ed36241df'],
    ['angular', false, 'e8bc3dc31888b015a3a9f3f4ead12dae'],
    ['euclidean', true, 'ddaf74a030cf051faaed3860a9ae15ea'],
    ['manhattan', true, '7f0d1df2b6e0efd368e1b2a5c7c1f01e'],
    ['angular', true, '9aa2737805d0fb5795d82881b847d8a1'],
  ];
  test.each(sums)('%s, fused %s', async (metric, fused, sum) => {
    const { md5 } = await build(goldenRows(), 5, { metric, fused, perTree: false });
    expect(md5).toBe(sum);
  });

  test('dot, whose nodes Annoy leaves partly unwritten, has its size', async () => {
    const { bytes } = await build(goldenRows(), 5, { metric: 'dot', perTree: false });
    expect(bytes.length).toBe(33_968);
  });
});
