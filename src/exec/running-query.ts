/** A query from plan to running engine, and back to nothing: everything that was opened is closed exactly once. */
import { onCancel, throwIfCancelled } from '../base/cancel.js';
import { asEngineError } from '../base/engine-error.js';
import type { NativeScan, OpenScan } from '../data/doors.js';
import { describe } from './describe.js';
import type { LoweredQuery } from './lower/index.js';
import type { NativeEngine, RunningNative } from './native-engine.js';
import { closeScans, openScans } from './open-scans.js';
import { placeColumns } from './place-columns.js';
import { reportProgress } from './report-progress.js';
import type { ProgressReports } from './report-progress.js';
import type { RunOptions } from './run-options.js';
import { nativeOptions } from './run-options.js';

export class RunningQuery {
  readonly native: RunningNative;
  readonly #scans: readonly OpenScan[];
  readonly #reports: ProgressReports;
  readonly #forgetSignal: () => void;
  /** Why the query was stopped from this side; what the engine says then is only the echo. */
  #stopped: Error | undefined;
  #closed = false;

  private constructor(
    native: RunningNative,
    scans: readonly OpenScan[],
    lowered: LoweredQuery,
    options: RunOptions,
  ) {
    this.native = native;
    this.#scans = scans;
    this.#reports = reportProgress(native, lowered.nodes, options.onProgress, (thrown) => {
      this.#stop(thrown instanceof Error ? thrown : asEngineError(thrown, 'onProgress'));
    });
    this.#forgetSignal = onCancel(options.signal, (error) => {
      this.#stop(error);
    });
  }

  /**
   * Opens the sources and starts the engine.
   *
   * @param writer where the rows go, if not to JavaScript; the handle after those of the scans
   */
  static async start(
    engine: NativeEngine,
    lowered: LoweredQuery,
    options: RunOptions,
    writer?: () => Promise<NativeScan>,
  ): Promise<RunningQuery> {
    const checked = nativeOptions(options, () => engine.machine().threads);
    const scans = await openScans(lowered.scans, options.signal);
    try {
      const handles = scans.map((scan) => scan.scan);
      if (writer !== undefined) handles.push(await writer());
      throwIfCancelled(options.signal);
      const native = engine.startQuery(describe(placeColumns(lowered, scans)), handles, checked);
      return new RunningQuery(native, scans, lowered, options);
    } catch (error) {
      await closeScans(scans);
      throw error;
    }
  }

  /** Waits for the engine; an error is the reason the query was stopped for, if it was. */
  async wait<T>(ask: (native: RunningNative) => Promise<T>): Promise<T> {
    try {
      const answer = await ask(this.native);
      if (this.#stopped !== undefined) throw this.#stopped;
      return answer;
    } catch (error) {
      throw this.#stopped ?? asEngineError(error, 'running the query');
    }
  }

  /** Stops what still runs and frees everything. `finished`: all rows were delivered. Safe to call again. */
  async close(finished: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#forgetSignal();
    try {
      this.#reports.stop(finished);
    } finally {
      this.native.close();
      await closeScans(this.#scans);
    }
  }

  #stop(reason: Error): void {
    this.#stopped ??= reason;
    this.native.cancel();
  }
}
