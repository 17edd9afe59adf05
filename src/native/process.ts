/** The engine's settings for this process, and what its threads have done. */
import type { Addon } from './addon.js';
import { addon } from './addon.js';
import { callNative } from './native-error.js';

export interface ProcessSettings {
  /** Threads of the pool; default: as many as the machine or container offers. */
  readonly threads?: number | undefined;
  /** Bytes that queries may hold together; default: half of what the machine or container has. */
  readonly memory?: number | undefined;
  /** Where queries spill; default: `$TMPDIR` or /tmp. */
  readonly tempDir?: string | undefined;
  /** Bytes that one query may spill; default: no bound. */
  readonly maxSpill?: number | undefined;
}

/**
 * Sets the process. Threads and memory are fixed once a query has run.
 *
 * @throws EngineError `argument` (fixed already), `memory` (too little to work with)
 */
export function configureProcess(settings: ProcessSettings): void {
  callNative('configuring the engine', () => {
    addon().configure({
      threads: settings.threads ?? 0,
      memory: settings.memory ?? 0,
      tempDirectory: settings.tempDir ?? '',
      maxSpill: settings.maxSpill ?? -1,
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
