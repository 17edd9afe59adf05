/** The rows of an offloaded query as a source: one scan of a .vtr file, temporary or kept. */
import { basename } from 'node:path';
import { formatBytes } from '../../base/byte-size.js';
import type { OpenScan, ScanRequest, Source, SourceGrade } from '../../data/doors.js';
import type { Schema } from '../../data/schema.js';
import type { VtrFileSource } from '../vtr/vtr-source.js';
import { openVtr } from '../vtr/vtr-source.js';
import type { TemporaryFolder } from './temporary-folder.js';

export class ReplaySource implements Source {
  readonly rangeable = 'native';
  readonly label: string;
  readonly grade: SourceGrade;
  readonly path: string;
  readonly #file: VtrFileSource;
  readonly #folder: TemporaryFolder | undefined;

  constructor(path: string, file: VtrFileSource, folder: TemporaryFolder | undefined) {
    const rows = file.rows.toLocaleString('en-US');
    this.path = path;
    this.label = basename(path);
    this.grade = Object.freeze({
      tier: 'replay cache',
      detail: `${this.label}, ${rows} row${file.rows === 1 ? '' : 's'}, ${formatBytes(file.bytes)} per pass`,
    });
    this.#file = file;
    this.#folder = folder;
    folder?.removeAfter(this);
  }

  get schema(): Schema {
    return this.#file.schema;
  }

  get rows(): number {
    return this.#file.rows;
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  async fingerprint(): Promise<string> {
    return this.#file.fingerprint();
  }

  async open(request: ScanRequest): Promise<OpenScan> {
    this.#folder?.check('the offloaded query', 'offload it again, or with { path } to keep it');
    return this.#file.open(request);
  }

  /** Closes the file; a temporary one is removed. Queries that read it go on. Safe to call again. */
  release(): void {
    this.#file.close();
    this.#folder?.remove();
  }
}

/**
 * Opens what an offload wrote.
 *
 * @param folder the temporary folder it is in; it goes when the source is collected, and nothing is read after it went
 */
export function openReplay(path: string, folder?: TemporaryFolder): ReplaySource {
  // A temporary file changes only if somebody tampers with it while this process runs: once is enough.
  const file = openVtr(path, { verify: folder === undefined ? 'always' : 'first' });
  return new ReplaySource(path, file, folder);
}
