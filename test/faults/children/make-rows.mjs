/** Writes rows of high-cardinality keys to a .vtr: `make-rows.mjs path millions`; typed arrays, a million rows at a time. */
import { tbl } from '../../../dist/index.js';

const [path, millions] = process.argv.slice(2);
const block = 1_000_000;
// A linear congruential sequence over all 32-bit integers: no key repeats before 2^32 rows.
let state = 12_345;
const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);

const names = Array.from({ length: 1000 }, (_, i) => `name ${String(i * 7919)}`);
for (let at = 0; at < Number(millions); at += 1) {
  const key = new Int32Array(block);
  const group = new Uint32Array(block);
  const id = new Float64Array(block);
  const value = new Float64Array(block);
  const small = new Int16Array(block);
  const text = new Array(block);
  for (let i = 0; i < block; i += 1) {
    const random = next();
    key[i] = random | 0;
    group[i] = (random >>> 3) % 8_000_000;
    id[i] = at * block + i;
    value[i] = random / 64;
    small[i] = random >>> 17;
    text[i] = names[random % 1000];
  }
  await tbl({ key, group, id, value, small, text }).writeVtr(path, { append: at > 0, durability: 'none' });
}
