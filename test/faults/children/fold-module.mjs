/** Folds that workers load: a floating sum, text counts, one that fails, one that saves itself, one without combine. */
import { threadId } from 'node:worker_threads';

const values = (batch, name) => batch.column(name).values;

/** Depends on how the rows are cut, in its last bits. */
export const sum = {
  init: () => 0,
  update: (acc, batch) => values(batch, 'value').reduce((a, b) => a + b / 3, acc),
  combine: (a, b) => a + b,
};

export const inOrder = { init: () => 0, update: sum.update };

export const commutative = { ...sum, commutative: true };

/** Text, nulls, dictionaries: counts of each word, in a class of its own. */
class Words {
  constructor(entries) {
    this.counts = new Map(entries);
  }

  add(word, n) {
    this.counts.set(word, (this.counts.get(word) ?? 0) + n);
    return this;
  }
}

export const words = {
  init: () => new Words(),
  update(acc, batch) {
    for (const word of batch.column('text')) acc.add(word, 1);
    for (const word of batch.column('plain')) acc.add(word, 1);
    for (const flag of batch.column('flag')) acc.add(String(flag), 1);
    return acc;
  },
  combine(a, b) {
    for (const [word, n] of b.counts) a.add(word, n);
    return a;
  },
  finish: (acc) => [...acc.counts].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  save: (acc) => new TextEncoder().encode(JSON.stringify([...acc.counts])),
  load: (bytes) => new Words(JSON.parse(new TextDecoder().decode(bytes))),
};

/** The numbers of the threads that it ran on. */
export const threads = {
  init: () => [],
  update: (acc) => [...new Set([...acc, threadId])],
  combine: (a, b) => [...new Set([...a, ...b])],
};

export const failing = {
  ...sum,
  update(acc, batch) {
    if (values(batch, 'row').includes(1_500_000)) throw new RangeError('the row that fails');
    return acc + batch.numRows;
  },
};

export const unknownColumn = { ...sum, update: (acc, batch) => acc + batch.column('nowhere').length };

export const ending = { ...sum, update: () => process.exit(3) };

export const endless = {
  ...sum,
  update() {
    for (;;);
  },
};

/** Stops after the first batch of each part. */
export const firstRow = {
  init: () => null,
  update: (acc, batch) => acc ?? values(batch, 'row')[0],
  done: (acc) => acc !== null,
};

export const firstOfParts = { ...firstRow, combine: (a, b) => a ?? b };

export const uncloneable = { ...sum, init: () => () => 0, update: (acc) => acc };
