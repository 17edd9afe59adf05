/** What a running piece of work tells about how far it is. */

export interface Progress {
  /** Rows handled so far. */
  readonly rows: number;
  /** Bytes read so far. */
  readonly bytes: number;
  /** Share done, from 0 to 1; undefined when the whole is not known. */
  readonly fraction: number | undefined;
  /** What is being done, for people: `scan flights.vtr`, `merge 12 runs`. */
  readonly stage: string;
}

/** Called on the JavaScript thread, at most some times a second; what it throws fails the work. */
export type OnProgress = (progress: Progress) => void;
