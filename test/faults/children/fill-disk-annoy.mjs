/** Builds indexes where there is no room for them and prints what came of it: `fill-disk-annoy.mjs folder`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildAnnoy, openAnnoy } from '../../../dist/index.js';

const [folder] = process.argv.slice(2);
const path = join(folder, 'kept.ann');
const data = Float64Array.from({ length: 40_000 * 16 }, (_, i) => Math.sin(i * i));
const large = { data, rows: 40_000, cols: 16 };
const small = { data: data.subarray(0, 3200), rows: 200, cols: 16 };
const outcomes = [];

async function attempt(name, options) {
  try {
    await buildAnnoy(large, { path, trees: 10, ...options });
    outcomes.push({ name });
  } catch ({ code, message, detail }) {
    outcomes.push({ name, code, message, path: detail?.path, files: readdirSync(folder).sort() });
  }
}

const before = await buildAnnoy(small, { path, trees: 5 });
await attempt('in memory', {});
await attempt('on disk', { onDisk: true });
await attempt('with the sequence of Annoy', { seeding: 'annoy' });
await attempt('another path', { path: join(folder, 'other.ann') });
const kept = openAnnoy(path);
const { valid } = await kept.validate({ strict: true });
const after = await buildAnnoy(small, { path, trees: 6 });
process.stdout.write(
  JSON.stringify({
    outcomes,
    same: kept.fileMd5 === before.fileMd5,
    valid,
    trees: after.trees,
    files: readdirSync(folder).sort(),
  }),
);
