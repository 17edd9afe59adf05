/** PreparedReference: a reference read, checked and indexed once, to be searched any number of times. */
import { inspect } from 'node:util';

import { EngineError } from '../base/engine-error.js';
import type { NativeReference } from '../native/neighbors.js';
import type { KnownMetric, Metric } from './metric.js';
import { givenMetric, printMetric } from './metric.js';
import type { InputShape } from './points-input.js';

/** What a prepared reference is made of; for the functions that make one. */
export interface PreparedParts {
  readonly native: NativeReference;
  readonly metric: KnownMetric;
  readonly skipMissing: boolean;
  readonly shape: InputShape;
  readonly fingerprint: () => Promise<string>;
  readonly files: readonly string[];
  /** The file that keeps it, if there is one. */
  readonly path?: string | undefined;
  readonly close: () => Promise<void>;
}

/**
 * A reference made ready: accepted wherever a reference is, with the same results as the reference itself. Holds its rows
 * and index in memory until it is closed or collected.
 */
export class PreparedReference implements AsyncDisposable {
  readonly metric: Metric;
  readonly rows: number;
  readonly cols: number;
  /** The way to search that it was indexed for. */
  readonly method: string;
  readonly missing: 'error' | 'skip';
  /** The file that keeps it, if there is one. */
  readonly path: string | undefined;
  readonly #parts: PreparedParts;
  #fingerprint: Promise<string> | undefined;
  #closed = false;

  constructor(parts: PreparedParts) {
    this.#parts = parts;
    this.metric = givenMetric(parts.metric);
    this.rows = parts.native.rows;
    this.cols = parts.native.columns;
    this.method = parts.native.method;
    this.missing = parts.skipMissing ? 'skip' : 'error';
    this.path = parts.path;
  }

  /** For the searches. @throws EngineError `argument` when it was closed */
  get native(): NativeReference {
    if (this.#closed) {
      throw new EngineError(
        'argument',
        'the prepared reference was closed; prepare it again, or open its file',
      );
    }
    return this.#parts.native;
  }

  /** The metric, for the searches. */
  get knownMetric(): KnownMetric {
    return this.#parts.metric;
  }

  /** What plans need to know. */
  get shape(): InputShape {
    return this.#parts.shape;
  }

  /** Files that are read by searches; destinations must be others. */
  get files(): readonly string[] {
    return this.#parts.files;
  }

  /** A hash of the reference's shape and values, 32 hexadecimal digits. Cost: one pass over the values at first. */
  fingerprint(): Promise<string> {
    return (this.#fingerprint ??= this.#parts.fingerprint());
  }

  /** Frees rows and index. Searches that run go on; later ones fail with code `argument`. Safe to call again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#parts.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  toString(): string {
    const { metric, shape } = this.#parts;
    const kept = this.path === undefined ? '' : `, kept in ${this.path}`;
    return `prepared ${shape.label}: ${printMetric(metric)}, method ${this.method}${kept}${this.#closed ? ', closed' : ''}`;
  }

  [inspect.custom](): string {
    return `PreparedReference ${this.toString()}`;
  }
}
