/**
 * Opens an index and searches it, again and again, for so many milliseconds: `search-annoy.mjs path ms`. Prints how often each
 * answer came, by its hash, and what else happened.
 */
import { createHash } from 'node:crypto';
import { openAnnoy } from '../../../dist/neighbors/annoy/open-annoy.js';

const [path, milliseconds] = process.argv.slice(2);
const answers = {};
const failures = {};
const query = Array.from({ length: 10 }, (_, i) => Array.from({ length: 8 }, (_, j) => Math.sin(i * 8 + j)));
const end = performance.now() + Number(milliseconds);
while (performance.now() < end) {
  try {
    const index = openAnnoy(path);
    const found = await index.search(query, { k: 5, searchK: 100, threads: 1 });
    const text = JSON.stringify([[...found.index], [...found.distance]]);
    const hash = `${index.fileMd5} ${createHash('md5').update(text).digest('hex')}`;
    answers[hash] = (answers[hash] ?? 0) + 1;
    await index.close();
  } catch (error) {
    const what = `${error.name} ${error.code} ${error.message}`;
    failures[what] = (failures[what] ?? 0) + 1;
  }
}
process.stdout.write(JSON.stringify({ answers, failures }));
