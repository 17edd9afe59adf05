/** Sorts and groups a .vtr into two others and prints what it took: `sort-and-group.mjs from sorted grouped [memory]`. */
import { readFileSync } from 'node:fs';
import { max, mean, n, sum, tbl } from '../../../dist/index.js';

const [from, sorted, grouped, memory] = process.argv.slice(2);
const options = { id: new Uint8Array(16).fill(1), durability: 'none', threads: 2, ...(memory && { memory }) };
const rows = tbl(from);
const sort = await rows.arrange('group', 'text', 'key').writeVtr(sorted, options);
const peakOf = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024;
const peakOfSort = peakOf();
const group = await rows
  .groupBy('group')
  .summarise({ n: n(), total: sum('value'), mean: mean('id'), greatest: max('key'), text: max('text') })
  .arrange('group')
  .writeVtr(grouped, options);
const peak = peakOf();
process.stdout.write(JSON.stringify({ sort, group, peakOfSort, peak }));
