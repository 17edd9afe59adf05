/** The checkpoint of a fold at work: what an earlier run left, when to keep the next, and how accumulators become bytes. */
import { deserialize, serialize } from 'node:v8';
import { assert, checkWhole } from '../base/assert.js';
import { didYouMean } from '../base/near-names.js';
import { EngineError } from '../base/engine-error.js';
import type { OpenCheckpoint } from '../data/doors.js';
import type { AnyFold } from './fold-declaration.js';
import { differences, identityWords } from './fold-identity.js';
import type { FoldTarget } from './fold-target.js';

/** Where and how often a fold keeps what it has come to. */
export interface CheckpointOptions {
  /** The file; there need not be one yet. */
  readonly path: string;
  /** After so many rows, at the next end of a part (a batch, a range, a shard). */
  readonly everyRows?: number | undefined;
  /** After so many seconds, likewise; 5 if neither is given. */
  readonly everySeconds?: number | undefined;
  /** What becomes of the file in the end: kept (the default), so that the same call returns at once, or removed. */
  readonly keep?: boolean | undefined;
}

/** What is in an accumulator. */
export interface FoldPosition {
  /** Parts that were folded to their end. */
  readonly parts: number;
  /** Rows of the result that were folded. */
  readonly rows: number;
}

const defaultSeconds = 5;
const optionNames = ['path', 'everyRows', 'everySeconds', 'keep'] as const;

/** @throws EngineError `argument` */
export function checkpointOptionsOf(given: unknown): CheckpointOptions | undefined {
  if (given === undefined) return undefined;
  const options = (typeof given === 'string' ? { path: given } : given) as CheckpointOptions | null;
  if (typeof options !== 'object' || options === null)
    throw badOption("checkpoint is the path of a file, or { path: 'sum.checkpoint', everySeconds: 5 }");
  for (const name of Object.keys(options))
    if (!optionNames.some((known) => known === name))
      throw badOption(
        `checkpoint has no option ${JSON.stringify(name)}${didYouMean(name, optionNames, 'options')}`,
      );
  const { path, everyRows, everySeconds, keep } = options;
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    throw badOption('checkpoint needs the path of a file');
  if (everyRows !== undefined) checkWhole('checkpoint.everyRows', everyRows, 1);
  if (everySeconds !== undefined && !(typeof everySeconds === 'number' && everySeconds >= 0))
    throw badOption('checkpoint.everySeconds must be a number, not negative');
  if (keep !== undefined && typeof keep !== 'boolean')
    throw badOption('checkpoint.keep must be true or false');
  return options;
}

function badOption(message: string): EngineError {
  return new EngineError('argument', message, { detail: { option: 'checkpoint' } });
}

export class FoldCheckpoint {
  readonly #options: CheckpointOptions;
  readonly #file: OpenCheckpoint;
  readonly #fold: AnyFold;
  readonly #identity: ReadonlyMap<string, string>;
  /** What an earlier run had come to. */
  readonly before: (FoldPosition & { readonly acc: unknown; readonly finished: boolean }) | undefined;
  #keptRows: number;
  #keptAt = performance.now();

  /**
   * Takes the file and reads what an earlier run left.
   *
   * @throws EngineError `locked`: another run has it; `format`: it is damaged; `changed`: it is of something else
   */
  constructor(
    options: CheckpointOptions,
    target: FoldTarget,
    fold: AnyFold,
    identity: ReadonlyMap<string, string>,
  ) {
    this.#options = options;
    this.#fold = fold;
    this.#identity = identity;
    this.#file = target.checkpoints.open(options.path);
    try {
      this.before = this.#read();
    } catch (error) {
      this.#file.close();
      throw error;
    }
    this.#keptRows = this.before?.rows ?? 0;
  }

  /** Whether it is time to keep the accumulator. */
  due({ rows }: FoldPosition): boolean {
    const { everyRows, everySeconds } = this.#options;
    if (everyRows !== undefined && rows - this.#keptRows >= everyRows) return true;
    const seconds = everySeconds ?? (everyRows === undefined ? defaultSeconds : Number.POSITIVE_INFINITY);
    return performance.now() - this.#keptAt >= seconds * 1000;
  }

  /** Puts the accumulator and its position into the file. */
  async keep(acc: unknown, position: FoldPosition, finished = false): Promise<void> {
    const { parts, rows } = position;
    await this.#file.write({
      identity: this.#identity,
      position: new Map([
        ['parts', parts],
        ['rows', rows],
      ]),
      finished,
      state: bytesOf(this.#fold, acc),
    });
    this.#keptRows = rows;
    this.#keptAt = performance.now();
  }

  /** The fold is over: its accumulator is kept, or the file removed. */
  async finish(acc: unknown, position: FoldPosition): Promise<void> {
    if (this.#options.keep === false) this.#file.remove();
    else if (this.before?.finished !== true) await this.keep(acc, position, true);
  }

  close(): void {
    this.#file.close();
  }

  #read(): FoldCheckpoint['before'] {
    const found = this.#file.read();
    if (found === undefined) return undefined;
    const { path } = this.#options;
    const changed = differences(found.identity, this.#identity);
    if (changed.length > 0) {
      const what = changed.map((name) => identityWords.get(name) ?? name).join(' and ');
      throw new EngineError(
        'changed',
        `${path} is the checkpoint of another computation: ${what} changed since; delete it to start from the ` +
          'beginning, or give another path',
        { detail: { path, changed } },
      );
    }
    const parts = found.position.get('parts');
    const rows = found.position.get('rows');
    assert(parts !== undefined && rows !== undefined, 'that a checkpoint of a fold has its position');
    return { acc: fromBytes(this.#fold, found.state, path), parts, rows, finished: found.finished };
  }
}

/** An accumulator as bytes: by the fold's own `save`, else as a structured clone. */
export function bytesOf(fold: AnyFold, acc: unknown): Uint8Array {
  if (fold.save !== undefined) {
    const saved: unknown = fold.save(acc);
    if (saved instanceof Uint8Array) return saved;
    throw new EngineError('argument', 'save of a fold must return a Uint8Array');
  }
  try {
    return serialize(acc);
  } catch (cause) {
    throw new EngineError(
      'argument',
      `the accumulator cannot be kept: ${cause instanceof Error ? cause.message : String(cause)}; give the fold save and load`,
      { cause },
    );
  }
}

function fromBytes(fold: AnyFold, bytes: Uint8Array, path: string): unknown {
  try {
    return fold.load === undefined ? deserialize(bytes) : fold.load(bytes);
  } catch (cause) {
    throw new EngineError(
      'format',
      `the accumulator in ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}; ` +
        'delete it to start from the beginning',
      { detail: { path }, cause },
    );
  }
}
