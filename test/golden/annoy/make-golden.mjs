// Made the files beside this one, with Annoy 1.17.3 from the sources that PyPI has of it:
//
//   node test/golden/annoy/make-golden.mjs FOLDER-WITH-ANNOYLIB.H
//
// Files of several threads, and those of dot and hamming, which hold memory nobody wrote, come out otherwise each time.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAnnoyDriver } from '../../../scripts/native/annoy-driver.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'annoy-golden-'));
const driver = await buildAnnoyDriver({ headers: path.resolve(process.argv[2]) });

const shapes = [
  { name: 'many', items: 110, dimension: 5, trees: 5, threads: 1 },
  { name: 'wide', items: 90, dimension: 20, trees: 4, threads: 1 },
  { name: 'few', items: 4, dimension: 6, trees: 3, threads: 1 },
  { name: 'one', items: 1, dimension: 3, trees: 2, threads: 1 },
  // Every seventh id was never added, and the last was.
  { name: 'holes', items: 100, dimension: 4, trees: 4, threads: 1, hole: (i) => i % 7 === 3 },
  { name: 'threads', items: 120, dimension: 5, trees: 6, threads: 3 },
];
const metrics = ['euclidean', 'angular', 'manhattan', 'dot', 'hamming'];
const queryCount = 4;

let state = 20_240_607;
/** Values from −0.5 to 0.5 in steps of 2^-10, so that their text is short. */
function uniform() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * 1024) / 1024 - 0.5;
}

function rowsOf(count, dimension, metric) {
  const one = () => (metric === 'hamming' ? Number(uniform() > 0) : uniform());
  return Array.from({ length: count }, () => Array.from({ length: dimension }, one));
}

function writeFloats(name, rows) {
  const file = path.join(folder, name);
  writeFileSync(file, Buffer.from(Float32Array.from(rows.flat()).buffer));
  return file;
}

function search(metric, dimension, index, queries, k, searchK) {
  const result = path.join(folder, 'result.bin');
  const asked = writeFloats('queries.f32', queries);
  const printed = execFileSync(
    driver,
    ['search', metric, dimension, index, asked, k, searchK, 1, result].map(String),
  );
  const bytes = new Uint8Array(readFileSync(result)).buffer;
  const cells = queries.length * k;
  const rows = (values) => queries.map((_, q) => [...values.subarray(q * k, (q + 1) * k)]);
  const found = rows(new Int32Array(bytes, 0, cells)).map((ids) => ids.filter((id) => id >= 0));
  const far = rows(new Float32Array(bytes, cells * 4, cells)).map((row, q) =>
    row.slice(0, found[q].length).map((value) => Number(value.toPrecision(8))),
  );
  return { ...JSON.parse(printed), k, searchK, index: found, distance: far };
}

const cases = metrics.flatMap((metric) =>
  shapes.map(({ name, items, dimension: given, trees, threads, hole }) => {
    // More than one word of bits, and not a multiple of one.
    const dimension = metric === 'hamming' && name === 'wide' ? 100 : given;
    const file = path.join(here, `${metric}-${name}.ann`);
    const rows = rowsOf(items, dimension, metric);
    const added = rows.map((row, i) => (hole?.(i) ? row.map(() => NaN) : row));
    execFileSync(
      driver,
      ['build', metric, dimension, writeFloats('values.f32', added), file, trees, 11, threads].map(String),
    );
    // The last query is an item itself.
    const queries = [...rowsOf(queryCount - 1, dimension, metric), rows[items > 1 ? 1 : 0]];
    const searches = [
      [5, -1],
      [3, 1],
      [8, 30],
      [items + 3, 1_000_000],
    ].map(([k, searchK]) => search(metric, dimension, file, queries, Math.min(k, 12), searchK));
    const facts = { file: path.basename(file), metric, dimension, items: searches[0].items };
    return {
      ...facts,
      roots: searches[0].trees,
      trees,
      queries,
      searches: searches.map(({ k, searchK, index, distance }) => ({ k, searchK, index, distance })),
    };
  }),
);
writeFileSync(path.join(here, 'expected.json'), `[\n${cases.map((c) => JSON.stringify(c)).join(',\n')}\n]\n`);
rmSync(folder, { recursive: true });
