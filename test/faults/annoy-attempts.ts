/** What becomes of an index whose files are given as bytes: whether it opens, what it answers, what validation says. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, openAnnoy } from '../../src/index.js';
import type { AnnoyIndex, OpenAnnoyOptions } from '../../src/index.js';
import { answersOf } from './annoy-points.js';

export interface Attempt {
  /** The answers, or the code of the error of opening or searching. */
  readonly answers: string;
  /** `valid`, `invalid`, or the code of the error; the same as `answers` where the index does not open. */
  readonly validation: string;
  /** Of the first error. */
  readonly message: string;
}

/** The code of an EngineError; anything else is not to be, and says so. */
function codeOf(error: unknown): string {
  return error instanceof EngineError ? error.code : `not an EngineError: ${String(error)}`;
}

async function attempt(path: string, options: OpenAnnoyOptions): Promise<Attempt> {
  let index: AnnoyIndex;
  try {
    index = openAnnoy(path, options);
  } catch (error) {
    const code = codeOf(error);
    return { answers: code, validation: code, message: String(error) };
  }
  let message = '';
  const answers = await answersOf(index).catch((error: unknown) => {
    message = String(error);
    return codeOf(error);
  });
  const validation = await index.validate({ strict: false }).then(
    ({ valid }) => (valid ? 'valid' : 'invalid'),
    (error: unknown) => codeOf(error),
  );
  const strict = await index.validate({ strict: true }).then(
    () => 'valid',
    (error: unknown) => codeOf(error),
  );
  await index.close();
  const agree = (validation === 'valid') === (strict === 'valid');
  return { answers, validation: agree ? validation : `${validation}, but when strict ${strict}`, message };
}

/** Writes the pair (or the bare index) into the folder and uses it; a hang is an outcome too. */
export async function attemptPair(
  folder: string,
  index: Uint8Array,
  sidecar: Uint8Array | string | undefined,
  options: OpenAnnoyOptions = {},
): Promise<Attempt> {
  const path = join(folder, 'bad.ann');
  // Under a new inode each time: an index that is still mapped must not be written over.
  rmSync(path, { force: true });
  rmSync(`${path}.meta`, { force: true });
  writeFileSync(path, index);
  if (sidecar !== undefined) writeFileSync(`${path}.meta`, sidecar);
  const hang = sleep(20_000, { answers: 'it hangs', validation: 'it hangs', message: '' }, { ref: false });
  return Promise.race([attempt(path, options), hang]);
}
