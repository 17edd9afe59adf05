/** The engine's settings for this process, and what its threads have done. */
import { checkFolder, checkWhole } from '../base/assert.js';
import type { ByteSize } from '../base/byte-size.js';
import { parseByteSize } from '../base/byte-size.js';
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import type { Addon } from './addon.js';
import { addon } from './addon.js';
import { callNative } from './native-error.js';

export interface ProcessSettings {
  /** Threads of the pool; default: as many as the machine or container offers. */
  readonly threads?: number | undefined;
  /** What queries may hold together, in bytes or as text (`'4GB'`); default: half of what the machine or container has. */
  readonly memory?: ByteSize | undefined;
  /** Where queries spill; default: `$TMPDIR` or /tmp. */
  readonly tempDir?: string | undefined;
  /** What one query may spill, in bytes or as text; default: no bound. */
  readonly maxSpill?: ByteSize | undefined;
}

const settingNames: ReadonlySet<string> = new Set(['threads', 'memory', 'tempDir', 'maxSpill']);

/**
 * Sets the process. Threads and memory are fixed once a query has run.
 *
 * @throws EngineError `argument` (fixed already, no such setting, or not its value), `memory` (too little to work with)
 * @example configure({ threads: 4, memory: '2GB', tempDir: '/fast-disk/tmp' })
 */
export function configureProcess(settings: ProcessSettings): void {
  if (typeof settings !== 'object' || settings === null) {
    throw new EngineError('argument', 'configure takes an object: { threads, memory, tempDir, maxSpill }');
  }
  const unknown = Object.keys(settings).find((name) => !settingNames.has(name));
  if (unknown !== undefined) {
    const known = [...settingNames];
    throw new EngineError(
      'argument',
      `configure has no setting ${JSON.stringify(unknown)}${didYouMean(unknown, known, 'settings')}`,
      { detail: { option: unknown } },
    );
  }
  callNative('configuring the engine', () => {
    addon().configure({
      threads: settings.threads === undefined ? 0 : checkWhole('threads', settings.threads, 1, 4096),
      memory: settings.memory === undefined ? 0 : parseByteSize('memory', settings.memory),
      tempDirectory: settings.tempDir === undefined ? '' : checkFolder('tempDir', settings.tempDir),
      maxSpill: settings.maxSpill === undefined ? -1 : parseByteSize('maxSpill', settings.maxSpill),
    });
  });
}

/** Instruction set in use, threads and memory of the pool, where it spills. */
export function machine(): ReturnType<Addon['machine']> {
  return addon().machine();
}

/** Counts of work, waits and idle time since the pool started. */
export function poolCounters(): ReturnType<Addon['poolCounters']> {
  return addon().poolCounters();
}
