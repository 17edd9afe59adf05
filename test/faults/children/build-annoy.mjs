/**
 * Builds indexes over one path, one after the other, until it is killed or has made so many: `build-annoy.mjs folder count`.
 * Prints `begun` before the first, and the number of those that are made in the end. Few trees and many take turns.
 */
import { join } from 'node:path';
// Not the whole library: these processes are many, and live for a moment.
import { buildAnnoy } from '../../../dist/neighbors/annoy/build-annoy.js';

const [folder, count] = process.argv.slice(2);
const builds = [
  { trees: 4, seed: 1 },
  { trees: 40, seed: 2 },
  { trees: 12, seed: 3, onDisk: true },
];
process.stdout.write('begun\n');
for (let made = 0; made < Number(count); made += 1) {
  const path = join(folder, 'ref.ann');
  await buildAnnoy(join(folder, 'ref.desc'), { path, ...builds[made % builds.length] });
}
process.stdout.write(`${count}\n`);
