/** A .vtr file as a source of rows: the schema at once, pages when a query reads them. */
import { basename } from 'node:path';
import { throwIfCancelled } from '../../base/cancel.js';
import type { NativeScan, OpenScan, ScanRequest, Source } from '../../data/doors.js';
import type { Schema } from '../../data/schema.js';
import type { VtrVerify } from '../../native/vtr.js';
import { closeVtr, openVtrScan } from '../../native/vtr.js';
import type { VtrState } from './vtr-state.js';
import { checkUnchanged, readStateOf } from './vtr-state.js';

export interface OpenVtrOptions {
  /** When checksums of pages are verified; default `always`. */
  readonly verify?: VtrVerify | undefined;
}

/** A source that knows all of itself, and lets go of its file on request. */
export interface VtrFileSource extends Source {
  readonly rows: number;
  readonly bytes: number;
  fingerprint(): Promise<string>;
  /** Closes the file; queries that read it go on, later ones open it again. */
  close(): void;
}

class VtrSource implements VtrFileSource {
  readonly label: string;
  readonly rangeable = 'native';
  readonly #path: string;
  readonly #state: VtrState;
  readonly #verify: VtrVerify;
  #scan: NativeScan | undefined;

  constructor(path: string, state: VtrState, verify: VtrVerify) {
    this.label = basename(path);
    this.#path = path;
    this.#state = state;
    this.#verify = verify;
  }

  get schema(): Schema {
    return this.#state.schema;
  }

  get rows(): number {
    return this.#state.rows;
  }

  get bytes(): number {
    return this.#state.fileBytes;
  }

  /** Identity and version of the file, wherever it lies. */
  async fingerprint(): Promise<string> {
    const { id, sequence, fileBytes } = this.#state;
    return `vtr ${Buffer.from(id).toString('hex')} ${sequence} ${fileBytes}`;
  }

  async open(request: ScanRequest): Promise<OpenScan> {
    throwIfCancelled(request.signal);
    checkUnchanged(this.#path, this.#state);
    // Statistics and dictionaries stay loaded for the queries to come; the native file goes with this source.
    this.#scan ??= openVtrScan({
      path: this.#path,
      id: this.#state.id,
      fields: this.schema.fields,
      segments: this.#state.segments,
      verify: this.#verify,
    });
    return { scan: this.#scan, columns: this.schema.names, close: () => Promise.resolve() };
  }

  close(): void {
    if (this.#scan !== undefined) closeVtr(this.#scan);
    this.#scan = undefined;
  }
}

/**
 * The rows of a .vtr file. Reads its header and footer, less than 64 KiB for ordinary schemas, and nothing more.
 *
 * Queries read the version that was there now: when rows are appended or the file is replaced later, opening it for a
 * query is an error, while queries already running go on.
 *
 * @throws EngineError `io`: it cannot be read; `format`: it is no .vtr file or damaged
 * @example openVtr('flights.vtr').schema.names // => ['date', 'delay', 'distance', 'origin', 'destination']
 */
export function openVtr(path: string, options: OpenVtrOptions = {}): VtrFileSource {
  return new VtrSource(path, readStateOf(path), options.verify ?? 'always');
}
