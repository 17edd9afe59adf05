/** `offload()`: runs a query into a .vtr file and gives a query that reads it; temporary, or kept under a path. */
import { join } from 'node:path';
import { checkFolder } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import { scan } from '../plan/nodes/scan.js';
import type { ReplaySource } from '../storage/temporary/replay-source.js';
import { openReplay } from '../storage/temporary/replay-source.js';
import { TemporaryFolder } from '../storage/temporary/temporary-folder.js';
import { writeVtr } from '../storage/vtr/vtr-sink.js';
import type { OffloadOptions, OffloadedFile } from './offload-options.js';
import { offloadOptionsOf } from './option-names.js';
import type { QueryState } from './state.js';
import { withPlan } from './state.js';

/** Name of the file in its temporary folder. */
const temporaryName = 'offload.vtr';

/**
 * Writes the rows of a query and gives what reads them again.
 *
 * @param makeQuery the object of a query over a plan
 * @throws EngineError `argument` for options that are not what they should be; `io`, `no-space`, and what the query throws
 */
export async function offload<Q extends object>(
  state: QueryState,
  given: OffloadOptions | undefined,
  makeQuery: (state: QueryState) => Q,
): Promise<Q & OffloadedFile> {
  const { path, compression, ...run } = offloadOptionsOf(given);
  if (path !== undefined && (typeof path !== 'string' || path === ''))
    throw new EngineError('argument', 'path of offload must be the path of a file', {
      detail: { option: 'path' },
    });
  if (compression !== undefined && !['fast', 'small', 'none'].includes(compression))
    throw new EngineError('argument', 'compression must be one of fast, small, none', {
      detail: { option: 'compression' },
    });
  const source =
    path === undefined
      ? await writeTemporary(state, compression, run)
      : await writeDurable(state, path, compression, run);
  const query = makeQuery(withPlan(state, scan(source)));
  const release = async (): Promise<void> => {
    source.release();
  };
  const file: OffloadedFile = {
    path: source.path,
    rowCount: source.rows,
    bytes: source.bytes,
    release,
    [Symbol.asyncDispose]: release,
  };
  return Object.defineProperties(query, Object.getOwnPropertyDescriptors(file)) as Q & OffloadedFile;
}

type Compression = OffloadOptions['compression'];
type Run = Omit<OffloadOptions, 'path' | 'compression'>;

async function writeDurable(
  state: QueryState,
  path: string,
  compression: Compression,
  run: Run,
): Promise<ReplaySource> {
  await state.engine.executor.write(state.plan, writeVtr(path, { compression }), run);
  return openReplay(path);
}

async function writeTemporary(state: QueryState, compression: Compression, run: Run): Promise<ReplaySource> {
  const { tempDir } = run;
  const folder = new TemporaryFolder(tempDir === undefined ? undefined : checkFolder('tempDir', tempDir));
  try {
    const path = join(folder.path, temporaryName);
    await state.engine.executor.write(state.plan, writeVtr(path, { compression, durability: 'none' }), run);
    return openReplay(path, folder);
  } catch (error) {
    folder.remove();
    throw error;
  }
}
