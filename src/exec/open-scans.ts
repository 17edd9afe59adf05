/** Opens the sources of a query, all or none, and closes them again. */
import { cancelledError, throwIfCancelled } from '../base/cancel.js';
import { EngineError } from '../base/engine-error.js';
import type { OpenScan } from '../data/doors.js';
import type { ScanToOpen } from './lower/lowering.js';

/**
 * Opens all at once. If one fails, or the signal is aborted meanwhile, those that were or will be opened are closed.
 *
 * @throws the first source's error, or EngineError `cancelled`
 */
export async function openScans(
  scans: readonly ScanToOpen[],
  signal: AbortSignal | undefined,
): Promise<readonly OpenScan[]> {
  throwIfCancelled(signal);
  const opening = scans.map(async ({ source, columns, predicates, rows }) =>
    source.open({
      columns,
      predicates,
      ...(rows === undefined ? {} : { rows }),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  try {
    const opened = await orCancelled(Promise.all(opening), signal);
    opened.forEach((scan, i) => {
      checkColumns(scan, scans[i]!);
    });
    return opened;
  } catch (error) {
    // Whoever is slow to open is closed when it has; nobody waits for that.
    for (const late of opening) void late.then(closeQuietly, () => undefined);
    throw error;
  }
}

/** Closes all, whatever single ones throw: the query's own result matters more than what cleaning up said. */
export async function closeScans(scans: readonly OpenScan[]): Promise<void> {
  await Promise.all(scans.map(closeQuietly));
}

async function closeQuietly(scan: OpenScan): Promise<void> {
  try {
    await scan.close();
  } catch {
    // A source that cannot be closed was read all the same.
  }
}

function checkColumns(scan: OpenScan, { source, columns }: ScanToOpen): void {
  const missing = columns.find((name) => !scan.columns.includes(name));
  if (missing === undefined) return;
  throw new EngineError(
    'internal',
    `${source.label} was opened without its column ${JSON.stringify(missing)}; please report it`,
  );
}

function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(cancelledError(signal));
    };
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}
