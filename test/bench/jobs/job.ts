/** A job of a benchmark: the same work in each engine's words, each run in a process of its own. */

export interface Setting {
  readonly rows: number;
  readonly threads: number;
}

export interface Outcome {
  readonly seconds: number;
  /** What engines must agree on. */
  readonly result: readonly number[];
  /** What else was measured: preparation, sizes, passes. */
  readonly note: string;
  /** Of the process that did the work, when that is not this one. */
  readonly peakMiB?: number;
}

export interface Job {
  readonly name: string;
  readonly what: string;
  /** By how much results may differ, relatively; default 1e-7. */
  readonly tolerance?: number;
  /** Makes the data, once. */
  prepare(rows: number): Promise<void>;
  /** The first is called `spillway`; names that begin with `polars` need that library. */
  readonly engines: Readonly<Record<string, (setting: Setting) => Promise<Outcome>>>;
}

/** Runs something and says how long it took, in seconds. */
export async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}
