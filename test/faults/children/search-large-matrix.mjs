/** Searches a matrix on disk and prints what it took: `search-large-matrix.mjs descriptor queries memory`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { knn, openMatrix } from '../../../dist/index.js';

const [path, queries, memory] = process.argv.slice(2);
const peakOf = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024;
const reference = openMatrix(path, { readOnly: true });
const query = reference.subMatrix({ rows: { first: 1000, end: 1000 + Number(queries) } });
const began = peakOf();
const found = await knn(reference, { query, k: 5, threads: 2, memory });
const peak = peakOf();
const digest = createHash('sha1').update(found.index).update(found.distance).digest('hex');
process.stdout.write(JSON.stringify({ digest, peak, began, plan: String(found.plan) }));
