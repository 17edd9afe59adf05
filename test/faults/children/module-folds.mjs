/** Folds of a module over a file, as JSON: `module-folds.mjs rows.vtr threads`. */
import { threadId } from 'node:worker_threads';
import { tbl } from '../../../dist/index.js';
import * as written from './fold-module.mjs';

const [path, threads] = process.argv.slice(2);
const module = new URL('./fold-module.mjs', import.meta.url);
const rows = tbl(path);
const few = rows.filter((c) => c('row').mod(20).eq(0));
const sorted = rows.arrange('key');
const options = { threads: Number(threads) };

const fold = (query, name, more = {}) => query.collectChunked({ module, name }, { ...options, ...more });
const failure = (work) =>
  work.then(
    () => 'no error',
    ({ code, message, cause }) => ({ code, message, cause: cause?.name }),
  );

const first = performance.now();
const aborted = await failure(fold(rows, 'endless', { signal: AbortSignal.timeout(300) }));
const seconds = (performance.now() - first) / 1000;

const answers = {
  sum: await fold(rows, 'sum'),
  here: await rows.collectChunked(written.sum, options),
  inOrder: await fold(rows, 'inOrder'),
  inOrderHere: await rows.collectChunked(written.inOrder, options),
  commutative: await fold(rows, 'commutative'),
  sorted: await fold(sorted, 'sum'),
  sortedInOrder: await fold(sorted, 'inOrder'),
  words: await fold(few, 'words'),
  wordsHere: await few.collectChunked(written.words, options),
  sortedWords: await fold(sorted.head(5000), 'words'),
  otherThreads: !(await fold(rows, 'threads')).includes(threadId),
  threads: (await fold(rows, 'threads')).length,
  none: await fold(
    rows.filter((c) => c('row').lt(0)),
    'sum',
  ),
  firstRow: await fold(rows, 'firstRow'),
  firstOfParts: await fold(rows, 'firstOfParts'),
  firstOfSegments: await fold(sorted, 'firstOfParts'),
  tightMemory: await fold(rows, 'sum', { memory: '8MB', threads: 1 }),
  failing: await failure(fold(rows, 'failing')),
  unknownColumn: await failure(fold(rows, 'unknownColumn')),
  ending: await failure(fold(rows, 'ending')),
  uncloneable: await failure(fold(rows, 'uncloneable')),
  missing: await failure(fold(rows, 'summ')),
  aborted,
  soon: seconds < 2,
};
process.stdout.write(JSON.stringify(answers));
