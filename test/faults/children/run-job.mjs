/**
 * Runs a job until it ends, or until it is killed: `run-job.mjs way folder`. Where there is a checkpoint, it goes on.
 * Prints `begun` before the first byte is written, `written` after the first rows, and the job in the end.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
// Not the whole library: these processes are many, and live for a moment.
import { mutualGraphJob } from '../../../dist/neighbors/jobs/graph-job.js';
import { knnGraphJob } from '../../../dist/neighbors/jobs/knn-job.js';
import { radiusJob } from '../../../dist/neighbors/jobs/radius-job.js';
import { resumeJob } from '../../../dist/neighbors/jobs/resume-job.js';

const [way, folder] = process.argv.slice(2);
const at = (name) => join(folder, name);
const checkpoint = at('job.json');
const reference = at('ref.desc');
const edges = { from: at('from.desc'), to: at('to.desc'), value: at('value.desc') };
const lists = { index: at('index.desc'), distance: at('distance.desc'), offset: at('offset.desc') };
// Checkpoints at every chance: as many moments as there can be between a write, a sync, a rename and the next.
let told = false;
const onProgress = () => {
  if (!told) process.stdout.write('written\n');
  told = true;
};
const options = { checkpoint, every: { rows: 8 }, threads: 1, onProgress };

const ways = {
  'knn-graph': () => knnGraphJob(reference, { k: 3, into: edges, base: 1, ...options }),
  radius: () => radiusJob(reference, { radius: 0.1, into: lists, ...options }),
  'mutual-graph': () => mutualGraphJob(reference, { k: 5, into: edges, ...options }),
};

process.stdout.write('begun\n');
const job = existsSync(checkpoint)
  ? await resumeJob(checkpoint, { threads: 1, onProgress })
  : await ways[way]();
process.stdout.write(`${String(job)}\n`);
