/** Annoy's files as the addon opens and searches them: a file of five points, written here byte by byte. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnnoyFileFacts } from '../../src/native/annoy.js';
import { annoyItems, checkAnnoyStructure, findAnnoy, openAnnoyFile } from '../../src/native/annoy.js';
import { findNearest, makeReference, noNeighbor, pointsOfRows } from '../../src/native/neighbors.js';

const nodeBytes = 16 + 3 * 4;
const rows = [
  [0, 0, 1],
  [5, 0, 1],
  [0, 5, 1],
  [5, 5, 1],
  [9, 9, 1],
] as const;

/** Items, one bucket that holds them all, and the copy of this root. */
function fewPoints(): Uint8Array {
  const view = new DataView(new ArrayBuffer(7 * nodeBytes));
  rows.forEach((row, id) => {
    view.setInt32(id * nodeBytes, 1, true);
    row.forEach((value, j) => view.setFloat32(id * nodeBytes + 16 + 4 * j, value, true));
  });
  for (const bucket of [5, 6]) {
    view.setInt32(bucket * nodeBytes, 5, true);
    for (let i = 0; i < 5; ++i) view.setInt32(bucket * nodeBytes + 8 + 4 * i, i, true);
  }
  return new Uint8Array(view.buffer);
}

let folder = '';
let facts: AnnoyFileFacts;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-annoy-'));
  facts = { path: join(folder, 'few.ann'), metric: 'euclidean', dimension: 3 };
  writeFileSync(facts.path, fewPoints());
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('an index is opened, described and searched', async () => {
  const file = openAnnoyFile(facts);
  expect(file).toMatchObject({ items: 5, nodes: 7, roots: 1, bytes: 196, oldDot: false, dimension: 3 });
  const queries = await pointsOfRows(Float64Array.of(0.2, 0.1, 1, 4.7, 5.1, 1), 2, 3);
  const found = await findAnnoy(file, { queries, first: 0, end: 2 }, { k: 2, searchK: 0 });
  expect([...found.index]).toEqual([0, 1, 3, 2]);
  expect([...found.distance].map((value) => value.toFixed(3))).toEqual(['0.224', '4.801', '0.316', '4.701']);
  expect(found.statistics).toMatchObject({ nodes: 2, candidates: 10, distances: 10 });
  const second = await findAnnoy(file, { queries, first: 1, end: 2, threads: 1 }, { k: 7, searchK: 1 });
  expect([...second.index]).toEqual([3, 2, 1, 4, 0, noNeighbor, noNeighbor]);
  expect(second.distance[6]).toBeNaN();
});

test('items are asked for each other, and leave themselves out', async () => {
  const asked = { queries: null, first: 0, end: 5, excludeSelf: true };
  const found = await findAnnoy(openAnnoyFile(facts), asked, { k: 1, searchK: 0 });
  expect([...found.index]).toEqual([1, 0, 0, 1, 3]);
});

test('items are points that exact searches take', async () => {
  const items = annoyItems(openAnnoyFile(facts));
  expect(items).toMatchObject({ rows: 5, columns: 3 });
  const reference = await makeReference(items, { metric: 'euclidean' });
  const found = await findNearest(reference, { queries: null, first: 0, end: 5, excludeSelf: true }, 1);
  expect([...found.index]).toEqual([1, 0, 0, 1, 3]);
});

test('a file is looked through as a whole', async () => {
  const right = await checkAnnoyStructure(openAnnoyFile(facts), { threads: 2 });
  const counts = { holes: 0, splits: 0, buckets: 1, deepest: 1 };
  expect(right).toEqual({ problems: [], count: 0, damagedBlocks: 0, ...counts });
  const bytes = fewPoints();
  bytes.set([0, 0, 192, 127], 16);
  const path = join(folder, 'damaged.ann');
  writeFileSync(path, bytes);
  const wrong = await checkAnnoyStructure(openAnnoyFile({ ...facts, path }));
  expect(wrong).toMatchObject({ problems: ['coordinate 0 of item 0 is not finite'], count: 1 });
});

test('what is expected of a file is compared', () => {
  expect(() => openAnnoyFile({ ...facts, items: 6 })).toThrow(
    expect.objectContaining({
      code: 'changed',
      message: expect.stringContaining('has 5 items, not 6') as string,
    }),
  );
  expect(() => openAnnoyFile({ ...facts, bytes: 195 })).toThrow(expect.objectContaining({ code: 'changed' }));
  expect(() => openAnnoyFile({ ...facts, blockSums: new Uint8Array(8) })).toThrow(
    expect.objectContaining({
      code: 'format',
      message: expect.stringContaining('checksum differs') as string,
    }),
  );
  expect(() => openAnnoyFile({ ...facts, metric: 'angular', dimension: 5 })).toThrow(
    /no Annoy index for angular in 5/,
  );
  expect(() => openAnnoyFile({ ...facts, path: join(folder, 'none.ann') })).toThrow(
    expect.objectContaining({ code: 'io' }),
  );
});

test('queries that do not fit, cancelled searches and files that were cut are refused', async () => {
  const file = openAnnoyFile(facts);
  const queries = await pointsOfRows(Float64Array.of(1, 2, 3, 4), 2, 2);
  await expect(findAnnoy(file, { queries, first: 0, end: 2 }, { k: 1, searchK: 0 })).rejects.toMatchObject({
    code: 'argument',
  });
  const stranger = { ...file, object: queries.object };
  await expect(
    findAnnoy(stranger, { queries, first: 0, end: 2 }, { k: 1, searchK: 0 }),
  ).rejects.toMatchObject({
    code: 'argument',
  });
  const asked = { queries: null, first: 0, end: 5 };
  await expect(
    findAnnoy(file, asked, { k: 1, searchK: 0 }, { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  const path = join(folder, 'cut.ann');
  writeFileSync(path, fewPoints());
  const cut = openAnnoyFile({ ...facts, path });
  truncateSync(path, 28);
  await expect(findAnnoy(cut, asked, { k: 1, searchK: 0 })).rejects.toMatchObject({
    code: 'changed',
    detail: { path },
  });
});
