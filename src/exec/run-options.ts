/** The options of every terminal, checked and turned into what the native engine takes. */
import { checkFolder, checkWhole } from '../base/assert.js';
import { formatBytes, parseByteSize } from '../base/byte-size.js';
import type { ByteSize } from '../base/byte-size.js';
import { EngineError } from '../base/engine-error.js';
import type { OnProgress } from '../base/progress.js';
import type { DatesPolicy, Int64Policy, ValuePolicy } from '../data/policy.js';
import { defaultPolicy } from '../data/policy.js';
import type { NativeQueryOptions } from '../native/query.js';

export interface RunOptions {
  /** Stops the engine within 100 ms; the call rejects with code `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Called about ten times a second on the JavaScript thread, never after the call has settled. */
  readonly onProgress?: OnProgress | undefined;
  /** Most memory that the query may hold: bytes, or text such as `'64MB'`. By default what the process may use. */
  readonly memory?: ByteSize | undefined;
  /** Most threads that work on the query; by default all of the pool. */
  readonly threads?: number | undefined;
  /** Most bytes that the query may spill to disk. */
  readonly maxSpill?: ByteSize | undefined;
  /** Folder for what is spilled; by default the system's. */
  readonly tempDir?: string | undefined;
  /** How 64-bit integers come out in rows. */
  readonly int64?: Int64Policy | undefined;
  /** How dates and timestamps come out in rows. */
  readonly dates?: DatesPolicy | undefined;
  /** Most rows of a batch of a stream. */
  readonly batchRows?: number | undefined;
  /** Optimizer rules to leave out, by name. */
  readonly rules?: { readonly off: readonly string[] } | undefined;
  /** Settings of tests; results never depend on them. */
  readonly forceSpill?: boolean | undefined;
  readonly equalHashes?: boolean | undefined;
  readonly morselPages?: number | undefined;
}

const MIB = 2 ** 20;
const MOST_THREADS = 1024;
const MOST_BATCH_ROWS = 2 ** 20;

/** The least memory that a query on so many threads can work with: 4 MiB and 2 MiB for each thread. */
export function minimumMemory(threads: number): number {
  return (4 + 2 * threads) * MIB;
}

/**
 * @param poolThreads asked only where it matters: finding out costs more than planning a small query
 * @throws EngineError `argument` for an option that is not what it should be, `memory` for too little of it
 */
export function nativeOptions(options: RunOptions, poolThreads: () => number): NativeQueryOptions {
  checkCallback(options.onProgress);
  checkRules(options.rules);
  const wanted = optional('threads', options.threads, (threads) =>
    checkWhole('threads', threads, 1, MOST_THREADS),
  );
  return {
    ...wanted,
    ...optional('memory', options.memory, (memory) =>
      enoughMemory(memory, Math.min(wanted.threads ?? Number.POSITIVE_INFINITY, poolThreads())),
    ),
    ...optional('maxSpill', options.maxSpill, (size) => parseByteSize('maxSpill', size)),
    ...optional('tempDirectory', options.tempDir, (path) => checkFolder('tempDir', path)),
    ...optional('batchRows', options.batchRows, (rows) => checkWhole('batchRows', rows, 1, MOST_BATCH_ROWS)),
    ...optional('forceSpill', options.forceSpill, Boolean),
    ...optional('equalHashes', options.equalHashes, Boolean),
    ...optional('morselPages', options.morselPages, (pages) => checkWhole('morselPages', pages, 1, 8)),
  };
}

/** How values come out in rows. @throws EngineError `argument` */
export function valuePolicy(options: RunOptions): ValuePolicy {
  const { int64 = defaultPolicy.int64, dates = defaultPolicy.dates } = options;
  return {
    int64: oneOf('int64', int64, ['number', 'bigint', 'string']),
    dates: oneOf('dates', dates, ['date', 'bigint', 'string']),
  };
}

function enoughMemory(memory: ByteSize, threads: number): number {
  const bytes = parseByteSize('memory', memory);
  const least = minimumMemory(threads);
  if (bytes >= least) return bytes;
  const on = threads === 1 ? '1 thread' : `${threads} threads`;
  throw new EngineError(
    'memory',
    `memory: ${formatBytes(bytes)} is too little; a query on ${on} needs at least ${formatBytes(least)} ` +
      `(4 MB and 2 MB for each thread)${threads > 1 ? '; allow more, or fewer threads' : ''}`,
    { detail: { memory: bytes, minimum: least, threads } },
  );
}

function checkCallback(onProgress: unknown): void {
  if (onProgress === undefined || typeof onProgress === 'function') return;
  throw new EngineError('argument', 'onProgress must be a function', { detail: { option: 'onProgress' } });
}

function checkRules(rules: RunOptions['rules']): void {
  if (rules === undefined || Array.isArray(rules?.off)) return;
  throw new EngineError('argument', "rules must name what to leave out: { off: ['push-filter'] }", {
    detail: { option: 'rules' },
  });
}

function oneOf<T extends string>(name: string, value: unknown, valid: readonly T[]): T {
  const found = valid.find((choice) => choice === value);
  if (found !== undefined) return found;
  const choices = valid.map((choice) => JSON.stringify(choice)).join(', ');
  throw new EngineError('argument', `${name} must be one of ${choices}`, { detail: { option: name } });
}

/** `{ name: check(value) }`, or nothing where the option was not given. */
function optional<K extends string, V, R>(
  name: K,
  value: V | undefined,
  check: (value: V) => R,
): Partial<Record<K, R>> {
  const entry: Partial<Record<K, R>> = {};
  if (value !== undefined) entry[name] = check(value);
  return entry;
}
