/** Folds parts one after another into one accumulator. */
import type { FoldPosition } from './fold-checkpoint.js';
import { resultPlace } from './fold-parts.js';
import type { PartFolder } from './part-folder.js';
import type { OpenPart } from './part-reader.js';

export interface SequentialRun {
  readonly folder: PartFolder;
  /** The next part; undefined when there is none. */
  readonly take: () => OpenPart | undefined | Promise<OpenPart | undefined>;
  /** What an earlier run came to, and how far that was. */
  readonly before: { readonly acc: unknown } | undefined;
  readonly start: FoldPosition;
  /** Told after each batch and at the end of each part how far the accumulator is; `current` gives it. */
  readonly onProgress: (
    at: FoldPosition,
    atEnd: boolean,
    current: () => Promise<unknown>,
  ) => Promise<void> | void;
}

/** The accumulator of all rows, or of those up to where it was done. */
export async function runSequential(run: SequentialRun): Promise<unknown> {
  const { folder, take, onProgress } = run;
  let { rows, parts } = run.start;
  const current = (): Promise<unknown> => folder.result();
  folder.begin(run.before);
  for (let open = await take(); open !== undefined; open = await take()) {
    try {
      for (let batch = await open.next(); batch !== undefined; batch = await open.next()) {
        const first = rows;
        const end = (rows += batch.numRows);
        await folder.update(batch, () => resultPlace(first, end));
        if (folder.done) return await current();
        await onProgress({ rows, parts }, false, current);
      }
    } finally {
      await open.close();
    }
    parts += 1;
    await onProgress({ rows, parts }, true, current);
  }
  return current();
}
