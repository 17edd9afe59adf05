/** The options that terminals and sources know, so that a mistyped one is an error and not a silence. */
import { EngineError } from '../base/engine-error.js';
import { runOptionNames } from '../exec/run-option-names.js';
import type { RunOptions } from '../exec/run-options.js';
import { optionsOf } from './names.js';
import type { OffloadOptions } from './offload-options.js';
import type { TblOptions } from './tbl-options.js';
import type { WriteVtrOptions } from './terminals.js';

/** A list of option names that the compiler proves complete. */
function namesOf<O>(names: { readonly [K in keyof Required<O>]: true }): readonly (keyof O & string)[] {
  return Object.keys(names) as (keyof O & string)[];
}

const writeOptionNames = namesOf<Omit<WriteVtrOptions, keyof RunOptions>>({
  append: true,
  compression: true,
  durability: true,
  id: true,
});

const sourceOptionNames = namesOf<TblOptions>({ format: true, columns: true, schema: true, verify: true });

/**
 * The options of a terminal as they were given.
 *
 * @param more names that this terminal knows besides
 * @throws EngineError `argument` for one it does not know, with near names
 */
export function runOptionsOf<O extends RunOptions>(
  options: O | undefined,
  terminal: string,
  more: readonly string[] = [],
): O {
  return optionsOf(options, [...runOptionNames, ...more], terminal) as O;
}

/** As `runOptionsOf`, for `writeVtr`. */
export function writeOptionsOf(options: WriteVtrOptions | undefined): WriteVtrOptions {
  return runOptionsOf(options, 'writeVtr', writeOptionNames);
}

const offloadOptionNames = namesOf<Omit<OffloadOptions, keyof RunOptions>>({ path: true, compression: true });

/** As `runOptionsOf`, for `offload` without `by`. */
export function offloadOptionsOf(options: OffloadOptions | undefined): OffloadOptions {
  return runOptionsOf(options, 'offload', offloadOptionNames);
}

/** The options of `tbl`. */
export function sourceOptionsOf(options: unknown): TblOptions {
  if (options === null)
    throw new EngineError('argument', `the options of tbl are an object: { format: 'parquet' }`);
  return optionsOf(options, sourceOptionNames, 'tbl');
}
